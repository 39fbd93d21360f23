"""Every answer of Spotify's that keeps a chart from us, asked for through the real spotipy."""

import re

import pytest

from chart_extract.chart import read_chart
from chart_extract.charts import Chart
from chart_extract.moments import utc_now
from chart_extract.spotify import connect
from chart_extract.walls import (
    BadAnswerError,
    ChartShapeError,
    ConsentTooNarrowError,
    EditorialPlaylistError,
    ForbiddenError,
    IncompleteChartError,
    ItemsMissingError,
    NotOnAllowlistError,
    NotOwnerError,
    PlaylistNotFoundError,
    PremiumLapsedError,
    QuotaError,
    RateLimitError,
    TokenRejectedError,
    UnavailableError,
    UnreachableError,
)
from local_cloud.spotify import own_playlist_id

GLOBAL = Chart("global", "37i9dQZEVXbMDoHDwVN2tF")
MINE = Chart("mine", own_playlist_id("global"))
NOBODYS = Chart("nobodys", "0" * 22)


@pytest.fixture
def read(spotify, config, app_alone, policy):
    """Read a chart, and forget the call for the token."""

    def read(chart, credentials=app_alone):
        client = connect(credentials, config, policy)
        spotify.forget_requests()
        return read_chart(client, chart, policy, clock=utc_now)

    return read


@pytest.mark.parametrize(
    ("fault", "wall", "words", "calls"),
    [
        ({"kind": "unauthorized"}, TokenRejectedError, "401", 1),
        ({"kind": "forbidden"}, EditorialPlaylistError, "(403). Since 27 November 2024", 1),
        ({"kind": "forbidden", "message": "premium"}, PremiumLapsedError, "Renew Premium", 1),
        ({"kind": "forbidden", "message": "allowlist"}, NotOnAllowlistError, "User Management", 1),
        ({"kind": "forbidden", "message": "User not registered in ..."}, NotOnAllowlistError, "at most five", 1),
        ({"kind": "forbidden", "message": "scope"}, ConsentTooNarrowError, "top50 authorize", 1),
        ({"kind": "forbidden", "message": "Not today"}, ForbiddenError, 'Spotify says "Not today" (403)', 1),
        ({"kind": "not_found"}, EditorialPlaylistError, "(404). Since 27 November 2024", 1),
        ({"kind": "quota"}, QuotaError, "QUOTA_EXCEEDED", 1),
        ({"kind": "quota", "retry_after": 1}, QuotaError, "QUOTA_EXCEEDED", 1),
        ({"kind": "rate_limit", "retry_after": 86400}, RateLimitError, "wait 86400 s); asked once, since", 1),
        ({"kind": "rate_limit", "retry_after": 1}, RateLimitError, "wait 1 s); asked 4 times", 4),
        ({"kind": "server_error", "status": 500}, UnavailableError, "answered 500; asked 4 times, then given up", 4),
        ({"kind": "server_error", "status": 503}, UnavailableError, "answered 503; asked 4 times", 4),
        ({"kind": "drop"}, UnreachableError, "no answer from Spotify", 4),
        ({"kind": "empty_body"}, BadAnswerError, "200 without a JSON object", 1),
        ({"kind": "not_json"}, BadAnswerError, "200 without a JSON object", 1),
        ({"kind": "no_items"}, ItemsMissingError, "owns or collaborates on", 1),
        ({"kind": "empty_chart"}, IncompleteChartError, "the playlist is empty", 1),
        ({"kind": "short"}, IncompleteChartError, "sent 49 of 50 entries", 1),
        ({"kind": "short", "missing": 50}, IncompleteChartError, "sent 0 of 50 entries", 1),
        ({"kind": "withdrawn", "positions": [*range(1, 51)]}, IncompleteChartError, "none of its 50 entries", 1),
        ({"kind": "episode", "positions": [*range(1, 51)]}, IncompleteChartError, "none of its 50 entries", 1),
        ({"kind": "local_file", "positions": [*range(1, 51)]}, IncompleteChartError, "none of its 50 entries", 1),
        ({"kind": "wrong_shape", "positions": [7]}, ChartShapeError, "entry 7 of a page", 1),
        ({"kind": "wrong_shape", "where": "contents"}, ChartShapeError, "not an object with a list of items", 1),
    ],
)
def test_each_wall_is_named_with_its_chart_and_met_as_often_as_makes_sense(
    spotify, read, lambda_time, fault, wall, words, calls
):
    spotify.fail(**fault)

    with pytest.raises(wall, match=re.escape(words)) as raised:
        read(GLOBAL)

    assert type(raised.value) is wall
    assert len(lambda_time.slept) == calls - 1
    assert str(raised.value).startswith("chart global (playlist 37i9dQZEVXbMDoHDwVN2tF): ")
    assert len(spotify.requests()) == calls


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "rate_limit", "retry_after": 2},
        {"kind": "server_error", "status": 500},
        {"kind": "server_error", "status": 502},
        {"kind": "drop"},
    ],
)
def test_a_wall_that_goes_away_costs_only_time(spotify, read, fault, lambda_time):
    spotify.fail(times=3, **fault)

    assert read(GLOBAL).entries == 50
    assert len(spotify.requests()) == 4
    assert len(lambda_time.slept) == 3


def test_a_slow_answer_is_given_up_and_asked_for_again(spotify, read, monkeypatch):
    # The stand-in's first chart takes it a second: it must not count as slow.
    read(GLOBAL)
    monkeypatch.setattr("chart_extract.spotify.TIMEOUT_SECONDS", 1)
    spotify.fail("slow", seconds=3, times=1)

    assert read(GLOBAL).entries == 50
    assert len(spotify.requests()) == 2


@pytest.mark.parametrize("kind", ["withdrawn", "episode", "local_file"])
def test_single_places_without_a_track_are_part_of_a_chart(spotify, read, kind):
    spotify.fail(kind, positions=[1, 50])

    assert read(GLOBAL).entries == 50


@pytest.mark.parametrize("app", ["extended", "development_old", "development_new"])
def test_every_class_of_app_reads_the_users_own_playlist_with_the_users_token(spotify, read, user, app):
    spotify.configure(app=app)

    observed = read(MINE, user)

    entry = "item" if app == "development_new" else "track"
    assert observed.pages[0]["items"][0][entry]["type"] == "track"
    assert observed.entries == observed.total == 50


@pytest.mark.parametrize("app", ["development_old", "development_new"])
@pytest.mark.parametrize("login", ["app_alone", "user"])
def test_apps_in_development_mode_are_told_why_there_is_no_top_50(request, spotify, read, app, login):
    spotify.configure(app=app)

    with pytest.raises(EditorialPlaylistError, match="Copy the chart into a playlist of your own"):
        read(GLOBAL, request.getfixturevalue(login))


def test_a_new_app_reads_nothing_with_client_credentials(spotify, read):
    spotify.configure(app="development_new")

    with pytest.raises(ItemsMissingError, match="none without a user"):
        read(MINE)


def test_a_new_app_reads_nothing_of_another_user(spotify, read, user):
    theirs = Chart("theirs", "1" * 22)
    spotify.configure(app="development_new", others_playlists={theirs.playlist_id: "global"})

    with pytest.raises(ItemsMissingError, match=r"left the entries of a playlist of somebody-else's out"):
        read(theirs, user)


def test_a_plain_refusal_of_a_listeners_playlist_means_that_it_is_somebody_elses(spotify, read, user):
    spotify.fail("forbidden", chart="global")

    with pytest.raises(NotOwnerError, match=r"refuses its entries \(403\).*Let the playlist's owner consent"):
        read(MINE, user)


def test_a_playlist_given_away_while_it_is_read_is_somebody_elses_too(spotify, read, user):
    spotify.configure(app="development_new", page_size=20)
    spotify.fail("forbidden", endpoint="page")

    with pytest.raises(NotOwnerError):
        read(MINE, user)


def test_a_playlist_that_is_not_there_is_told_from_one_that_is_hidden(read):
    with pytest.raises(PlaylistNotFoundError, match="Correct its id in CHARTS"):
        read(NOBODYS)


def test_an_id_that_cannot_be_one_is_corrected_in_charts_too(read):
    with pytest.raises(PlaylistNotFoundError, match=r"Invalid base62 id.*Correct its id in CHARTS"):
        read(Chart("typo", "37i9dQZEVXbMDoHDwVN2t"))


def test_without_anybody_listening_spotify_is_unreachable(spotify, read, config, app_alone, policy):
    client = connect(app_alone, config, policy)
    client.prefix = "http://127.0.0.1:1/v1/"

    with pytest.raises(UnreachableError, match=r"no answer from Spotify \(ConnectionError\); asked 4 times"):
        read_chart(client, GLOBAL, policy, clock=utc_now)
