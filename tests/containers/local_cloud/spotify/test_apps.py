"""What each class of developer app may read, and in which shape."""

from local_cloud.spotify import own_playlist_id

GLOBAL = "37i9dQZEVXbMDoHDwVN2tF"
OWN = own_playlist_id("global")
OTHERS = own_playlist_id("global", "somebody-else")


def test_an_older_development_app_reads_own_playlists_in_the_old_shape(spotify, app_client):
    spotify.configure(app="development_old")

    playlist = app_client.playlist(OWN)

    track = playlist["tracks"]["items"][0]["track"]
    assert {"available_markets", "popularity"} < set(track)
    assert len(track["album"]["available_markets"]) > 150
    assert track["track"] is True
    assert track["episode"] is False
    assert len(app_client._get(f"playlists/{OWN}/tracks")["items"]) == 50


def test_a_new_app_reads_the_users_own_playlist_in_the_new_shape(spotify, user_client):
    spotify.configure(app="development_new")

    playlist = user_client.playlist(OWN)

    entry = playlist["items"]["items"][0]
    assert "tracks" not in playlist
    assert "track" not in entry
    assert not {"available_markets", "popularity", "linked_from"} & set(entry["item"])
    assert not {"available_markets", "album_group", "popularity", "label"} & set(entry["item"]["album"])
    assert entry["item"]["external_ids"]["isrc"]
    assert (playlist["items"]["limit"], playlist["items"]["total"]) == (50, 50)
    assert user_client.playlist_items(OWN)["items"] == playlist["items"]["items"]


def test_a_new_app_without_a_user_sees_metadata_and_no_contents(spotify, app_client, status_of):
    spotify.configure(app="development_new")

    playlist = app_client.playlist(OWN)

    assert playlist["snapshot_id"]
    assert not {"items", "tracks"} & set(playlist)
    assert status_of(app_client.playlist_items, OWN) == 403


def test_the_old_addresses_are_closed_to_a_new_app(spotify, user_client, status_of):
    track_id = user_client.playlist(OWN)["tracks"]["items"][0]["track"]["id"]
    spotify.configure(app="development_new")

    assert status_of(user_client._get, f"playlists/{OWN}/tracks") == 403
    assert status_of(user_client.tracks, [track_id]) == 403
    assert user_client.track(track_id)["id"] == track_id
