"""The new class of developer app: which addresses it may ask, and in which shape it is answered."""

from local_cloud.spotify import own_playlist_id

OWN = own_playlist_id("global")


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


def test_the_old_addresses_are_closed_to_a_new_app(spotify, user_client, status_of):
    track_id = user_client.playlist(OWN)["tracks"]["items"][0]["track"]["id"]
    spotify.configure(app="development_new")

    assert status_of(user_client._get, f"playlists/{OWN}/tracks") == 403
    assert status_of(user_client.tracks, [track_id]) == 403
    assert user_client.track(track_id)["id"] == track_id
