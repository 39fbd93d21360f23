"""Reading charts over HTTP, with spotipy as the client."""

import datetime as dt
import json

import pytest
import requests
from spotipy import SpotifyException

from local_cloud.spotify import own_playlist_id
from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.ids import named_id

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
GERMANY = "37i9dQZEVXbJiZcmkrIHGU"


def track_ids(items, key="track"):
    return [entry[key]["id"] for entry in items]


def test_a_playlist_shows_the_chart_of_the_day_it_is(spotify, app_client):
    spotify.configure(date="2026-11-20")

    playlist = app_client.playlist(GLOBAL)

    chart = chart_entries("global", dt.date(2026, 11, 20))
    assert track_ids(playlist["tracks"]["items"]) == [song.id for song in chart]
    assert (playlist["id"], playlist["name"], playlist["owner"]["id"]) == (GLOBAL, "Top 50 - Global", "spotify")


def test_the_snapshot_changes_with_the_contents_and_only_then(spotify, app_client):
    first, again = app_client.playlist(GLOBAL)["snapshot_id"], app_client.playlist(GLOBAL)["snapshot_id"]
    spotify.configure(date="2026-11-23")
    next_day = app_client.playlist(GLOBAL)["snapshot_id"]
    spotify.fail("withdrawn", positions=[7])
    spoiled = app_client.playlist(GLOBAL)["snapshot_id"]

    assert first == again
    assert len({first, next_day, spoiled}) == 3


def test_a_full_page_is_as_big_as_spotifys(app_client):
    page = app_client.playlist(GLOBAL)["tracks"]

    size = len(json.dumps(page, ensure_ascii=False))

    assert 210_000 < size < 250_000
    assert (page["limit"], page["offset"], page["total"], page["next"], page["previous"]) == (100, 0, 50, None, None)


@pytest.mark.parametrize(
    ("path", "query", "limit"), [("items", "", 20), ("tracks", "", 100), ("items", "?limit=50", 50)]
)
def test_each_address_has_spotifys_own_page_size(spotify, app_client, path, query, limit):
    page = app_client._get(f"playlists/{GLOBAL}/{path}{query}")

    assert (page["limit"], len(page["items"])) == (limit, min(limit, 50))


@pytest.mark.parametrize("query", ["items?limit=51", "tracks?limit=101", "items?limit=0", "items?offset=-1"])
def test_a_page_spotify_would_not_send_is_refused(app_client, status_of, query):
    assert status_of(app_client._get, f"playlists/{GLOBAL}/{query}") == 400


def test_a_track_is_found_by_the_id_it_has_on_the_chart(app_client):
    on_chart = app_client.playlist(GLOBAL)["tracks"]["items"][0]["track"]

    track = app_client.track(on_chart["id"])

    assert track == {name: value for name, value in on_chart.items() if name not in ("episode", "track")}
    assert app_client.tracks([track["id"], named_id("no track")])["tracks"] == [track, None]


@pytest.mark.parametrize(
    ("path", "status"),
    [(f"tracks/{named_id('no track')}", 404), ("tracks/too-short", 400), ("recommendations", 404)],
)
def test_what_spotify_does_not_have_is_not_found(app_client, status_of, path, status):
    assert status_of(app_client._get, path) == status


def test_chart_playlists_say_1970_and_own_copies_say_when_they_were_made(app_client):
    editorial = app_client.playlist(GLOBAL)["tracks"]["items"][0]
    own = app_client.playlist(own_playlist_id("global"))["tracks"]["items"][0]

    assert (editorial["added_at"], editorial["added_by"]["id"]) == ("1970-01-01T00:00:00Z", "")
    assert (own["added_at"][:10], own["added_by"]["id"]) == ("2026-11-22", "stand-in-user")
    assert own["track"] == editorial["track"]


@pytest.fixture
def may_change(spotify):
    """The user has consented to changes of their playlists."""
    spotify.configure(scopes="playlist-read-private playlist-read-collaborative playlist-modify-private")


def uris_of(day):
    return [f"spotify:track:{song.id}" for song in chart_entries("us", day)]


def test_a_playlist_of_ones_own_shows_what_it_was_filled_with(may_change, user_client):
    songs, own = uris_of(dt.date(2026, 11, 1)), own_playlist_id("global")

    user_client.playlist_replace_items(own, songs[:3])
    user_client.playlist_add_items(own, songs[3:5])
    user_client.playlist_add_items(own, songs[5:6], position=1)

    items = user_client.playlist(own)["tracks"]["items"]
    expected = [songs[0], songs[5], songs[1], songs[2], songs[3], songs[4]]
    assert [entry["track"]["uri"] for entry in items] == expected


def test_a_playlist_can_be_emptied_and_takes_at_most_100_songs_a_request(may_change, user_client, status_of):
    songs, own = uris_of(dt.date(2026, 11, 1)), own_playlist_id("global")
    user_client.playlist_replace_items(own, [])

    assert status_of(user_client.playlist_add_items, own, [*songs * 2, songs[0]]) == 400
    assert user_client.playlist(own)["tracks"]["items"] == []


@pytest.mark.parametrize(
    ("scopes", "playlist_id", "message"),
    [
        ("playlist-read-private", own_playlist_id("global"), "Insufficient client scope"),
        ("playlist-modify-private", GLOBAL, "Forbidden"),
    ],
)
def test_only_ones_own_playlist_can_be_changed_and_only_with_that_right(
    spotify, user_client, scopes, playlist_id, message
):
    spotify.configure(scopes=scopes)

    with pytest.raises(SpotifyException, match=message) as refusal:
        user_client.playlist_replace_items(playlist_id, uris_of(dt.date(2026, 11, 1)))

    assert refusal.value.http_status == 403


def test_the_user_is_known_by_a_user_token_only(app_client, user_client, status_of):
    assert user_client.me()["id"] == "stand-in-user"
    assert status_of(app_client.me) == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic abc"}])
def test_a_call_without_a_token_from_here_is_401_in_spotifys_shape(spotify, headers):
    answer = requests.get(f"{spotify.api_url}playlists/{GLOBAL}", headers=headers, timeout=5)

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == 401
