"""The stand-in's own endpoint, and the stand-in as a command."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from local_cloud.spotify import SpotifyStandIn, own_playlist_id
from local_cloud.spotify.settings import StandInError

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"


@pytest.fixture
def control(spotify):
    """Call the control endpoint."""

    def call(method, path, body=None):
        return requests.request(method, f"{spotify.url}/_control/{path}", json=body, timeout=5)

    return call


def test_settings_are_changed_one_by_one_and_shown(control):
    changed = control("PUT", "settings", {"date": "2027-01-01", "app": "development_old", "latency_ms": 1})

    settings = control("GET", "settings").json()
    assert changed.json() == settings
    assert (settings["date"], settings["app"], settings["latency_ms"]) == ("2027-01-01", "development_old", 1)
    assert settings["client_id"] == "stand-in-client"


def test_by_default_all_charts_are_there_and_an_own_copy_of_each(control):
    settings = control("GET", "settings").json()

    assert (len(settings["charts"]), settings["charts"]["global"]) == (74, GLOBAL)
    assert settings["own_playlists"][own_playlist_id("br")] == "br"
    assert len(settings["own_playlists"]) == 74


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
def test_a_wrong_setting_is_named_and_nothing_changes(control, settings, problem):
    before = control("GET", "settings").json()

    answer = control("PUT", "settings", settings)

    assert answer.status_code == 400
    assert problem in answer.json()["error"]
    assert control("GET", "settings").json() == before


def test_faults_are_posted_and_healed(control, app_client):
    control("POST", "faults", [{"kind": "short", "chart": "global", "missing": 5, "times": None}])
    short = app_client.playlist(GLOBAL)["tracks"]["items"]
    control("DELETE", "faults")
    whole = app_client.playlist(GLOBAL)["tracks"]["items"]

    assert (len(short), len(whole)) == (45, 50)


def test_a_wrong_fault_is_named_and_none_of_its_list_is_added(control, app_client):
    answer = control("POST", "faults", [{"kind": "not_found"}, {"kind": "meteor"}])

    assert answer.status_code == 400
    assert "unknown fault 'meteor'" in answer.json()["error"]
    assert app_client.playlist(GLOBAL)["id"] == GLOBAL


def test_calls_are_remembered_without_secrets_and_without_the_control_calls(spotify, control, app_client):
    app_client.playlist_items(GLOBAL, limit=50)

    seen = control("GET", "requests").json()
    control("DELETE", "requests")

    page = f"GET /v1/playlists/{GLOBAL}/items?limit=50&offset=0&additional_types=track%2Cepisode"
    assert seen == ["POST /api/token", page]
    assert spotify.requests() == []


def test_latency_delays_every_answer(spotify, app_client):
    spotify.configure(latency_ms=150)
    start = time.monotonic()

    app_client.playlist(GLOBAL)

    assert time.monotonic() - start >= 0.3


def test_two_stand_ins_know_nothing_of_each_other(spotify):
    with SpotifyStandIn(app="development_new") as other:
        other.fail("not_found")

        assert other.url != spotify.url
        assert requests.get(f"{spotify.api_url}me", timeout=5).status_code == 401
        assert requests.get(f"{other.api_url}me", timeout=5).status_code == 404


def test_a_wrong_setting_stops_a_stand_in_before_it_starts():
    with pytest.raises(StandInError, match="unknown setting 'shape'"):
        SpotifyStandIn(shape="old")


def test_the_stand_in_runs_as_a_command():
    with SpotifyStandIn() as spare:
        port = spare.url.rpartition(":")[2]
    package_root = Path(sys.modules["local_cloud"].__file__).parents[1]
    command = [sys.executable, "-m", "local_cloud.spotify", "--port", port]

    with subprocess.Popen(command, cwd=package_root, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as server:
        settings = _first_answer(f"http://127.0.0.1:{port}/_control/settings")
        server.terminate()
        output = server.communicate(timeout=5)

    assert settings["app"] == "extended"
    assert (server.returncode, output) == (0, (b"", b""))


def _first_answer(url):
    for _ in range(100):
        try:
            return requests.get(url, timeout=5).json()
        except requests.ConnectionError:
            time.sleep(0.05)
    raise AssertionError(f"nothing answers at {url}")
