"""Reading charts over HTTP, with spotipy as the client."""

import datetime as dt
import json

import pytest
import requests
from spotipy import SpotifyException

from local_cloud.spotify import own_playlist_id
from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.ids import is_id, named_id

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


def test_another_day_and_another_chart_show_other_songs(spotify, app_client):
    today, germany = app_client.playlist(GLOBAL), app_client.playlist(GERMANY)
    spotify.configure(date="2026-11-23")
    tomorrow = app_client.playlist(GLOBAL)

    assert len({json.dumps(track_ids(p["tracks"]["items"])) for p in (today, germany, tomorrow)}) == 3


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


def test_following_next_leads_through_the_whole_chart_on_this_server(spotify, app_client):
    page = app_client.playlist_items(GLOBAL, limit=20)
    items = list(page["items"])
    while page["next"]:
        assert page["next"].startswith(spotify.api_url)
        page = app_client.next(page)
        items += page["items"]

    assert track_ids(items) == track_ids(app_client.playlist(GLOBAL)["tracks"]["items"])
    assert (page["offset"], len(page["items"])) == (40, 10)
    assert track_ids(app_client.previous(page)["items"]) == track_ids(items[20:40])


def test_a_smaller_page_size_makes_even_the_first_page_end_early(spotify, app_client):
    spotify.configure(page_size=30)

    first = app_client.playlist(GLOBAL)["tracks"]
    rest = app_client.next(first)

    assert [len(first["items"]), len(rest["items"]), rest["next"]] == [30, 20, None]


@pytest.mark.parametrize(
    ("path", "query", "limit"), [("items", "", 20), ("tracks", "", 100), ("items", "?limit=50", 50)]
)
def test_each_address_has_spotifys_own_page_size(spotify, app_client, path, query, limit):
    page = app_client._get(f"playlists/{GLOBAL}/{path}{query}")

    assert (page["limit"], len(page["items"])) == (limit, min(limit, 50))


@pytest.mark.parametrize("query", ["items?limit=51", "tracks?limit=101", "items?limit=0", "items?offset=-1"])
def test_a_page_spotify_would_not_send_is_refused(app_client, query):
    with pytest.raises(SpotifyException) as refusal:
        app_client._get(f"playlists/{GLOBAL}/{query}")

    assert refusal.value.http_status == 400


def test_a_track_is_found_by_the_id_it_has_on_the_chart(app_client):
    on_chart = app_client.playlist(GLOBAL)["tracks"]["items"][0]["track"]

    track = app_client.track(on_chart["id"])

    assert track == {name: value for name, value in on_chart.items() if name not in ("episode", "track")}
    assert app_client.tracks([track["id"], named_id("no track")])["tracks"] == [track, None]


@pytest.mark.parametrize(("track_id", "status"), [(named_id("no track"), 404), ("too-short", 400)])
def test_a_track_that_does_not_exist_is_not_found(spotify, app_client, track_id, status):
    with pytest.raises(SpotifyException) as refusal:
        app_client._get(f"tracks/{track_id}")

    assert refusal.value.http_status == status


def test_every_id_looks_like_spotifys(app_client):
    items = app_client.playlist(GLOBAL)["tracks"]["items"]

    tracks = [entry["track"] for entry in items]
    things = tracks + [track["album"] for track in tracks] + [artist for track in tracks for artist in track["artists"]]

    assert all(is_id(thing["id"]) and thing["uri"].endswith(f":{thing['id']}") for thing in things)


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


def test_a_playlist_can_be_emptied_and_takes_at_most_100_songs_a_request(may_change, user_client):
    own = own_playlist_id("global")
    user_client.playlist_replace_items(own, [])

    with pytest.raises(SpotifyException) as refusal:
        user_client.playlist_add_items(own, [*uris_of(dt.date(2026, 11, 1)) * 2, uris_of(dt.date(2026, 11, 1))[0]])

    assert refusal.value.http_status == 400
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


def test_the_user_is_known_by_a_user_token_only(app_client, user_client):
    assert user_client.me()["id"] == "stand-in-user"
    with pytest.raises(SpotifyException) as refusal:
        app_client.me()
    assert refusal.value.http_status == 401


def test_an_address_spotify_does_not_have_is_404(app_client):
    with pytest.raises(SpotifyException) as refusal:
        app_client._get("recommendations")

    assert refusal.value.http_status == 404


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer made-up"}, {"Authorization": "Basic abc"}])
def test_a_call_without_a_token_from_here_is_401_in_spotifys_shape(spotify, headers):
    answer = requests.get(f"{spotify.api_url}playlists/{GLOBAL}", headers=headers, timeout=5)

    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == 401
