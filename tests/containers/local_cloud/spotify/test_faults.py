"""Failures on demand, as spotipy and requests see them."""

import time

import pytest
import requests
from spotipy import SpotifyException

from local_cloud.spotify.faults import NOT_ON_ALLOWLIST, PREMIUM_REQUIRED
from local_cloud.spotify.settings import StandInError

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
GERMANY = "37i9dQZEVXbJiZcmkrIHGU"


def refusal_of(client, playlist_id=GLOBAL):
    with pytest.raises(SpotifyException) as refusal:
        client.playlist(playlist_id)
    return refusal.value


def entries(client):
    return client.playlist(GLOBAL)["tracks"]["items"]


@pytest.mark.parametrize("message", ["premium", "allowlist"])
def test_what_concerns_the_app_itself_is_refused_in_bare_words(spotify, message):
    spotify.fail("forbidden", path="/v1", message=message)

    answer = requests.get(f"{spotify.api_url}me", timeout=5)

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text in (PREMIUM_REQUIRED, NOT_ON_ALLOWLIST)


def test_a_used_up_quota_says_so(spotify, app_client):
    spotify.fail("quota", chart="global")
    spotify.fail("rate_limit", chart="de", reason="QUOTA_EXCEEDED", retry_after=3600)

    by_kind, by_reason = refusal_of(app_client, GLOBAL), refusal_of(app_client, GERMANY)

    assert (by_kind.reason, by_kind.headers["Retry-After"]) == ("QUOTA_EXCEEDED", "86400")
    assert (by_reason.reason, by_reason.headers["Retry-After"]) == ("QUOTA_EXCEEDED", "3600")


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [("drop", {}, requests.ConnectionError), ("slow", {"seconds": 5}, requests.Timeout)],
)
def test_a_dropped_or_too_slow_answer_is_a_network_error(spotify, app_client, kind, options, error):
    app_client.requests_timeout = 0.2
    spotify.fail(kind, times=1, **options)

    with pytest.raises(error):
        app_client.playlist(GLOBAL)
    app_client.requests_timeout = 5
    assert len(entries(app_client)) == 50


def test_a_slow_answer_is_right_once_it_comes(spotify, app_client):
    spotify.fail("slow", seconds=0.3)
    start = time.monotonic()

    items = entries(app_client)

    assert time.monotonic() - start >= 0.3
    assert len(items) == 50


def test_a_fault_hits_as_often_as_asked_and_then_no_more(spotify, app_client):
    spotify.fail("server_error", times=2)

    assert [refusal_of(app_client).http_status for _ in range(2)] == [503, 503]
    assert len(entries(app_client)) == 50


def test_a_fault_hits_its_chart_only_and_until_healed(spotify, app_client):
    spotify.fail("server_error", chart="de")

    assert len(entries(app_client)) == 50
    assert [refusal_of(app_client, GERMANY).http_status for _ in range(3)] == [503, 503, 503]
    spotify.heal()
    assert app_client.playlist(GERMANY)["id"] == GERMANY


@pytest.mark.parametrize("target", [{"endpoint": "page"}, {"path": f"/v1/playlists/{GLOBAL}/items"}])
def test_a_fault_hits_its_endpoint_or_path_only(spotify, app_client, target):
    spotify.configure(page_size=25)
    spotify.fail("server_error", times=1, **target)

    first = app_client.playlist(GLOBAL)["tracks"]
    with pytest.raises(SpotifyException):
        app_client.playlist_items(GLOBAL)

    assert len(app_client.next(first)["items"]) == 25


def test_the_token_endpoint_fails_when_it_is_named(spotify):
    spotify.fail("server_error", endpoint="token", status=500)

    answer = requests.post(f"{spotify.accounts_url}/api/token", timeout=5)

    assert answer.status_code == 500


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ({"kind": "meteor"}, "unknown fault 'meteor'"),
        ({"kind": "drop", "seconds": 3}, "no option 'seconds'"),
        ({"kind": "short", "missing": "all"}, "cannot be 'all'"),
        ({"kind": "wrong_shape", "where": "nowhere"}, "cannot be 'nowhere'"),
        ({"kind": "drop", "chart": "mars"}, "unknown chart 'mars'"),
        ({"kind": "drop", "endpoint": "albums"}, "unknown endpoint 'albums'"),
        ({"kind": "drop", "times": 0}, "positive number or None"),
    ],
)
def test_a_fault_that_does_not_exist_is_named(spotify, fault, problem):
    with pytest.raises(StandInError, match=problem):
        spotify.fail(**fault)
