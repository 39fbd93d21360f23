"""Failures on demand, as spotipy and requests see them."""

import time

import pytest
import requests
from spotipy import SpotifyException

from local_cloud.spotify.faults import KINDS, NOT_ON_ALLOWLIST, PREMIUM_REQUIRED, SCOPE_TOO_NARROW
from local_cloud.spotify.settings import StandInError

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
GERMANY = "37i9dQZEVXbJiZcmkrIHGU"


def refusal_of(client, playlist_id=GLOBAL):
    with pytest.raises(SpotifyException) as refusal:
        client.playlist(playlist_id)
    return refusal.value


def entries(client):
    return client.playlist(GLOBAL)["tracks"]["items"]


@pytest.mark.parametrize(
    ("kind", "options", "status", "message"),
    [
        ("rate_limit", {}, 429, "API rate limit exceeded"),
        ("quota", {}, 429, "API rate limit exceeded"),
        ("server_error", {}, 503, "Server error."),
        ("server_error", {"status": 500}, 500, "Server error."),
        ("server_error", {"status": 502}, 502, "Server error."),
        ("forbidden", {}, 403, "Forbidden"),
        ("forbidden", {"message": "premium"}, 403, PREMIUM_REQUIRED),
        ("forbidden", {"message": "allowlist"}, 403, NOT_ON_ALLOWLIST),
        ("forbidden", {"message": "scope"}, 403, SCOPE_TOO_NARROW),
        ("forbidden", {"message": "Not today"}, 403, "Not today"),
        ("not_found", {}, 404, "Resource not found"),
        ("unauthorized", {}, 401, "The access token expired"),
    ],
)
def test_a_refusal_has_its_status_and_message(spotify, app_client, kind, options, status, message):
    spotify.fail(kind, **options)

    refusal = refusal_of(app_client)

    assert refusal.http_status == status
    assert refusal.msg.endswith(message)


@pytest.mark.parametrize("message", ["premium", "allowlist"])
def test_what_concerns_the_app_itself_is_refused_in_bare_words(spotify, message):
    spotify.fail("forbidden", path="/v1", message=message)

    answer = requests.get(f"{spotify.api_url}me", timeout=5)

    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text in (PREMIUM_REQUIRED, NOT_ON_ALLOWLIST)


def test_a_rate_limit_says_how_long_to_wait(spotify, app_client):
    spotify.fail("rate_limit", retry_after=7)

    refusal = refusal_of(app_client)

    assert refusal.headers["Retry-After"] == "7"
    assert refusal.reason is None


def test_a_used_up_quota_says_so(spotify, app_client):
    spotify.fail("quota", chart="global")
    spotify.fail("rate_limit", chart="de", reason="QUOTA_EXCEEDED", retry_after=3600)

    by_kind, by_reason = refusal_of(app_client, GLOBAL), refusal_of(app_client, GERMANY)

    assert (by_kind.reason, by_kind.headers["Retry-After"]) == ("QUOTA_EXCEEDED", "86400")
    assert (by_reason.reason, by_reason.headers["Retry-After"]) == ("QUOTA_EXCEEDED", "3600")


@pytest.mark.parametrize("kind", ["empty_body", "not_json"])
def test_an_answer_that_is_not_json_is_nothing_to_spotipy(spotify, app_client, kind):
    spotify.fail(kind)

    assert app_client.playlist(GLOBAL) is None


def test_a_dropped_connection_is_a_network_error(spotify, app_client):
    spotify.fail("drop", times=1)

    with pytest.raises(requests.ConnectionError):
        app_client.playlist(GLOBAL)
    assert len(entries(app_client)) == 50


def test_a_slow_answer_outlasts_the_clients_patience(spotify, app_client):
    app_client.requests_timeout = 0.2
    spotify.fail("slow", seconds=5, times=1)

    with pytest.raises(requests.Timeout):
        app_client.playlist(GLOBAL)


def test_a_slow_answer_is_right_once_it_comes(spotify, app_client):
    spotify.fail("slow", seconds=0.3)
    start = time.monotonic()

    items = entries(app_client)

    assert time.monotonic() - start >= 0.3
    assert len(items) == 50


def test_a_fault_hits_as_often_as_asked_and_then_no_more(spotify, app_client):
    spotify.fail("server_error", times=2)

    refusals = [refusal_of(app_client).http_status for _ in range(2)]

    assert refusals == [503, 503]
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
        ({"kind": "drop", "times": 0}, "positive number or null"),
    ],
)
def test_a_fault_that_does_not_exist_is_named(spotify, fault, problem):
    with pytest.raises(StandInError, match=problem):
        spotify.fail(**fault)


def test_every_kind_of_fault_changes_what_a_client_gets(spotify):
    def answers():
        form = {"grant_type": "client_credentials"}
        login = ("stand-in-client", "stand-in-secret")
        token = requests.post(f"{spotify.accounts_url}/api/token", data=form, auth=login, timeout=5)
        bearer = {"Authorization": f"Bearer {token.json().get('access_token')}"}
        playlist = requests.get(f"{spotify.api_url}playlists/{GLOBAL}", headers=bearer, timeout=0.5)
        return token.status_code, playlist.status_code, playlist.content

    healthy = answers()

    for kind in KINDS:
        spotify.heal()
        spotify.fail(kind)
        try:
            assert answers() != healthy, kind
        except requests.RequestException:
            assert kind in ("drop", "slow")
