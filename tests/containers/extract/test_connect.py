import base64
import dataclasses
import logging
import traceback

import pytest

from chart_extract.chart import read_chart
from chart_extract.errors import SpotifyError
from chart_extract.retry import SECONDS_TO_FINISH, RetryPolicy
from chart_extract.spotify import connect
from chart_extract.walls import (
    BadAnswerError,
    BadClientError,
    ConsentExpiredError,
    ConsentTooNarrowError,
    OutOfTimeError,
    RateLimitError,
    UnavailableError,
    UnreachableError,
)
from local_cloud.spotify import own_playlist_id

TOKEN = {"access_token": "t-o-k-e-n", "token_type": "Bearer", "expires_in": 3600}


@pytest.fixture
def script_config(config, scripted):
    return dataclasses.replace(config, spotify_api_url=f"{scripted.url}/v1/", spotify_accounts_url=scripted.url)


@pytest.fixture(autouse=True)
def nobody_at_the_keyboard(monkeypatch):
    def ask(*_prompt):
        raise AssertionError("input() was called")

    monkeypatch.setattr("builtins.input", ask)


def test_the_app_alone_gets_one_token_for_all_calls(spotify, config, app_alone, policy):
    client = connect(app_alone, config, policy)

    for chart in config.charts:
        client.playlist(chart.playlist_id)

    assert [call.partition("?")[0] for call in spotify.requests()] == [
        "POST /api/token",
        *[f"GET /v1/playlists/{chart.playlist_id}" for chart in config.charts],
    ]


def test_with_a_refresh_token_we_read_as_the_user(spotify, config, user, policy):
    spotify.configure(app="development_new")

    own = connect(user, config, policy).playlist(own_playlist_id("global"))

    assert own["owner"]["id"] == "stand-in-user"
    assert len(own["items"]["items"]) == 50
    assert len(spotify.requests()) == 2


@pytest.mark.parametrize("login", ["app_alone", "user"])
def test_no_token_is_waited_for_longer_than_there_is_time(request, spotify, config, within, login):
    spotify.fail("slow", endpoint="token", seconds=9)
    policy = within(SECONDS_TO_FINISH + 0.4)

    with pytest.raises(OutOfTimeError, match=r"Spotify token: no answer .*, and no time left"):
        connect(request.getfixturevalue(login), config, policy)

    assert policy.seconds_left() > 0
    assert len(spotify.requests()) == 1


def test_a_redirect_is_not_followed_when_no_time_is_left(scripted, script_config, app_alone):
    scripted.will_answer(302, "", Location=f"{scripted.url}/api/token")
    policy = RetryPolicy(seconds_left=lambda: SECONDS_TO_FINISH if scripted.requests else 60)

    with pytest.raises(OutOfTimeError, match="Spotify token: "):
        connect(app_alone, script_config, policy)

    assert len(scripted.requests) == 1


def test_no_file_is_written(config, user, app_alone, policy, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    connect(app_alone, config, policy)
    connect(user, config, policy)

    assert list(tmp_path.iterdir()) == []


def test_a_token_is_asked_for_again_when_that_can_help(spotify, config, app_alone, policy, lambda_time):
    spotify.fail("rate_limit", endpoint="token", times=1, retry_after=3)
    spotify.fail("server_error", endpoint="token", times=2, status=502)

    connect(app_alone, config, policy)

    assert spotify.requests() == ["POST /api/token"] * 3
    assert lambda_time.slept[0] == 3


@pytest.mark.parametrize("login", ["app_alone", "user"])
@pytest.mark.parametrize(
    ("fault", "wall", "words", "calls"),
    [
        ({"kind": "invalid_client"}, BadClientError, "Copy client id and client secret", 1),
        ({"kind": "server_error", "status": 503}, UnavailableError, "answered 503; asked 4 times", 4),
        ({"kind": "rate_limit", "retry_after": 86400}, RateLimitError, "wait 86400 s", 1),
        ({"kind": "drop"}, UnreachableError, "no answer from Spotify", 4),
        ({"kind": "not_json"}, BadAnswerError, "not a token", 1),
        ({"kind": "empty_body"}, BadAnswerError, "not a token", 1),
    ],
)
def test_a_refused_token_says_which_wall_it_was(request, spotify, config, policy, login, fault, wall, words, calls):
    spotify.fail(endpoint="token", **fault)

    with pytest.raises(wall, match=words) as raised:
        connect(request.getfixturevalue(login), config, policy)

    assert type(raised.value) is wall
    assert len(spotify.requests()) == calls


def test_a_dead_refresh_token_tells_the_date_of_consent_and_how_to_renew_it(spotify, config, user, policy):
    spotify.fail("invalid_grant")

    with pytest.raises(ConsentExpiredError, match=r"given on 2026-05-20.*Consent again: top50 authorize") as raised:
        connect(user, config, policy)

    assert str(raised.value).startswith("Spotify token: ")
    assert spotify.requests() == ["POST /api/token"]


@pytest.mark.parametrize("granted", ["playlist-read-private", "user-read-email"])
def test_a_consent_that_covers_less_than_asked_is_an_error_and_no_question(spotify, config, user, policy, granted):
    spotify.configure(scopes=granted)

    with pytest.raises(ConsentTooNarrowError, match=r"does not cover .*playlist-read-collaborative.*Consent again"):
        connect(user, config, policy)


def test_a_token_answer_without_a_scope_is_an_error_and_no_question(scripted, script_config, user, policy):
    scripted.will_answer(200, TOKEN)

    with pytest.raises(ConsentTooNarrowError, match="playlist-read-collaborative, playlist-read-private"):
        connect(user, script_config, policy)


@pytest.mark.parametrize(
    "answer", [{}, [], None, "", "t-o-k-e-n", TOKEN | {"access_token": None}, {"access_token": "t-o-k-e-n"}]
)
@pytest.mark.parametrize("login", ["app_alone", "user"])
def test_a_success_without_a_usable_token_is_refused(request, scripted, script_config, policy, login, answer):
    scripted.will_answer(200, answer)

    with pytest.raises(BadAnswerError):
        connect(request.getfixturevalue(login), script_config, policy)


@pytest.mark.parametrize("body", ["<html>Bad gateway</html>", "", ["oops"], {"error": None}])
def test_the_true_status_counts_whatever_the_body_of_an_error_is(scripted, script_config, app_alone, policy, body):
    scripted.will_answer(502, body)
    scripted.will_answer(200, TOKEN)

    connect(app_alone, script_config, policy)

    assert len(scripted.requests) == 2


def test_an_unknown_refusal_quotes_only_its_status(scripted, script_config, user, policy):
    scripted.will_answer(400, {"error": "stand-in-secret", "error_description": "stand-in-refresh-token"})

    with pytest.raises(BadAnswerError, match=r"refused to give one \(400\)") as raised:
        connect(user, script_config, policy)

    assert "stand-in" not in str(raised.value)


@pytest.fixture
def secrets_shown(caplog):
    """The secrets in what was logged and in the error, its chain included."""
    caplog.set_level(logging.DEBUG)

    def secrets_shown(error):
        shown = caplog.text + "".join(traceback.format_exception(error, chain=True)) + repr(error)
        basic = base64.b64encode(b"stand-in-client:stand-in-secret").decode()
        assert "/api/token" in shown
        return [it for it in ("t-o-k-e-n", "stand-in-secret", "stand-in-refresh-token", basic) if it in shown]

    return secrets_shown


@pytest.mark.parametrize("status", [401, 403, 404, 429, 503, 200])
def test_neither_secrets_nor_tokens_show_in_errors_their_chains_or_logs(
    scripted, script_config, user, policy, secrets_shown, status
):
    scripted.will_answer(200, TOKEN | {"scope": " ".join(user.scopes)})
    for _ in range(policy.attempts):
        scripted.will_answer(status, "no JSON")
    client = connect(user, script_config, policy)

    with pytest.raises(SpotifyError) as raised:
        read_chart(client, script_config.charts[0], policy, clock=lambda: None)

    assert secrets_shown(raised.value) == []
    assert raised.value.__context__ is None
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("status", [400, 503, 200])
def test_a_refused_token_shows_no_secret_either(scripted, script_config, user, policy, secrets_shown, status):
    for _ in range(policy.attempts):
        scripted.will_answer(status, {"error": "invalid_grant", "error_description": "stand-in-refresh-token"})

    with pytest.raises(SpotifyError) as raised:
        connect(user, script_config, policy)

    assert secrets_shown(raised.value) == []
    assert raised.value.__context__ is None
