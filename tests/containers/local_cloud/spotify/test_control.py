"""The stand-in's settings, here and from another process, and the stand-in as a command."""

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from local_cloud.spotify import SpotifyStandIn, own_playlist_id
from local_cloud.spotify.remote import RemoteStandIn
from local_cloud.spotify.settings import StandInError

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"


def test_another_process_changes_settings_one_by_one(spotify):
    RemoteStandIn(spotify.url).configure(date="2027-01-01")
    RemoteStandIn(spotify.url).configure(app="development_old")

    settings = spotify.settings
    assert (settings.date, settings.app) == (dt.date(2027, 1, 1), "development_old")
    assert settings.client_id == "stand-in-client"


def test_by_default_all_charts_are_there_and_an_own_copy_of_each(spotify):
    settings = spotify.settings

    assert (len(settings.charts), settings.charts["global"]) == (74, GLOBAL)
    assert settings.own_playlists[own_playlist_id("br")] == "br"
    assert len(settings.own_playlists) == 74


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"colour": "green"}, "unknown setting 'colour'"),
        ({"app": "premium"}, "setting 'app' cannot be 'premium'"),
        ({"date": "yesterday"}, "setting 'date' cannot be 'yesterday'"),
        ({"latency_ms": -1}, "setting 'latency_ms' cannot be -1"),
        ({"charts": {"mars": GLOBAL}}, "unknown chart 'mars'"),
        ({"own_playlists": {"short": "global"}}, "22 characters"),
        ([], "send a JSON object"),
    ],
)
def test_a_wrong_setting_is_named_and_nothing_changes(spotify, settings, problem):
    before = spotify.settings

    answer = requests.put(f"{spotify.url}/_control/settings", json=settings, timeout=5)

    assert answer.status_code == 400
    assert problem in answer.json()["error"]
    assert spotify.settings == before


def test_calls_are_remembered_without_secrets_and_without_the_control_calls(spotify, app_client):
    RemoteStandIn(spotify.url).configure(date="2026-11-23")
    app_client.playlist_items(GLOBAL, limit=50)

    page = f"GET /v1/playlists/{GLOBAL}/items?limit=50&offset=0&additional_types=track%2Cepisode"
    assert spotify.requests() == ["POST /api/token", page]


def test_latency_delays_every_answer(spotify, app_client):
    spotify.configure(latency_ms=150)
    start = time.monotonic()

    app_client.playlist(GLOBAL)

    assert time.monotonic() - start >= 0.3


def test_a_wrong_setting_stops_a_stand_in_before_it_starts():
    with pytest.raises(StandInError, match="unknown setting 'shape'"):
        SpotifyStandIn(shape="old")


def test_the_stand_in_runs_as_a_command():
    with SpotifyStandIn() as spare:
        port = spare.url.rpartition(":")[2]
    package_root = Path(sys.modules["local_cloud"].__file__).parents[1]
    command = [sys.executable, "-m", "local_cloud.spotify", "--port", port]

    with subprocess.Popen(command, cwd=package_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        answer = _first_answer(f"http://127.0.0.1:{port}/v1/me")
        server.terminate()
        output = server.communicate(timeout=5)

    assert answer.json()["error"]["message"] == "No token provided"
    assert (server.returncode, output) == (0, (b"", b""))


def _first_answer(url):
    for _ in range(100):
        try:
            return requests.get(url, timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")
