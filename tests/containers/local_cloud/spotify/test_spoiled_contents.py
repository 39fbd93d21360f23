"""Faults that change what a playlist holds."""

from local_cloud.spotify import own_playlist_id

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
GERMANY = "37i9dQZEVXbJiZcmkrIHGU"


def entries(client):
    return client.playlist(GLOBAL)["tracks"]["items"]


def test_no_items_leaves_the_metadata(spotify, app_client):
    spotify.fail("no_items")

    playlist = app_client.playlist(GLOBAL)

    assert playlist["name"] == "Top 50 - Global"
    assert "tracks" not in playlist
    assert "items" not in app_client.playlist_items(GLOBAL)


def test_an_empty_chart_has_no_entries_and_says_so(spotify, app_client):
    spotify.fail("empty_chart")

    page = app_client.playlist(GLOBAL)["tracks"]

    assert (page["items"], page["total"], page["next"]) == ([], 0, None)


def test_a_short_chart_claims_fifty_and_ends_early(spotify, app_client):
    spotify.fail("short", missing=3)

    page = app_client.playlist(GLOBAL)["tracks"]

    assert (len(page["items"]), page["total"], page["next"]) == (47, 50, None)


def test_a_short_chart_ends_early_on_a_later_page_too(spotify, app_client):
    spotify.fail("short", missing=12)

    first = app_client.playlist_items(GLOBAL, limit=20)
    last = app_client.next(first)

    assert (len(last["items"]), last["total"], last["next"]) == (18, 50, None)


def test_a_withdrawn_track_leaves_its_place_with_null(spotify, app_client):
    before = entries(app_client)
    spotify.fail("withdrawn", positions=[1, 50])

    after = entries(app_client)

    assert [after[0]["track"], after[49]["track"]] == [None, None]
    assert after[1:49] == before[1:49]


def test_an_episode_has_neither_album_nor_artists(spotify, app_client):
    spotify.fail("episode", positions=[3])

    episode = entries(app_client)[2]["track"]

    assert (episode["type"], episode["episode"], episode["track"]) == ("episode", True, False)
    assert not {"album", "artists"} & set(episode)


def test_a_local_file_has_no_ids(spotify, app_client):
    spotify.fail("local_file", positions=[2])

    entry = entries(app_client)[1]

    track = entry["track"]
    assert (entry["is_local"], track["is_local"], track["id"]) == (True, True, None)
    assert (track["album"]["id"], track["album"]["release_date"]) == (None, None)
    assert track["uri"].startswith("spotify:local:")


def test_a_new_apps_chart_is_spoiled_under_its_own_key(spotify, user_client):
    spotify.configure(app="development_new")
    spotify.fail("withdrawn", positions=[1])

    first = user_client.playlist(own_playlist_id("global"))["items"]["items"][0]

    assert first["item"] is None


def test_a_wrong_shape_is_a_string_where_an_object_belongs(spotify, app_client):
    spotify.fail("wrong_shape", positions=[4], times=1)
    spotify.fail("wrong_shape", where="contents", chart="de")

    assert isinstance(entries(app_client)[3], str)
    assert isinstance(app_client.playlist(GERMANY)["tracks"], str)
    assert isinstance(app_client.playlist_items(GERMANY), list)
