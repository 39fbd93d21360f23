"""Songs as Spotify's JSON. Addresses in a track are Spotify's own, as nobody follows them."""

import datetime as dt

from local_cloud.spotify.albums import Album
from local_cloud.spotify.artists import Artist
from local_cloud.spotify.catalog import Song
from local_cloud.spotify.chart import popularity
from local_cloud.spotify.ids import hex_code
from local_cloud.spotify.markets import sold_in
from local_cloud.spotify.shape import Json, Shape, links

_IMAGE_KINDS = {640: "ab67616d0000b273", 300: "ab67616d00001e02", 64: "ab67616d00004851"}


def track_json(song: Song, day: dt.date, shape: Shape) -> Json:
    """One track with its album and artists."""
    answer: Json = {
        "album": _album_json(song, shape),
        "artists": [_artist_json(artist) for artist in song.artists],
        "disc_number": song.disc_number,
        "duration_ms": song.duration_ms,
        "explicit": song.explicit,
        "external_ids": {"isrc": song.isrc},
        **links("track", song.id),
        "is_local": False,
        "name": song.name,
        "preview_url": None,
        "track_number": song.track_number,
    }
    if shape.is_new:
        return answer
    preview = f"https://p.scdn.co/mp3-preview/{hex_code('preview', song.id, length=40)}"
    markets = sold_in(song.id)
    return answer | {"available_markets": markets, "popularity": popularity(song.hit, day), "preview_url": preview}


def _album_json(song: Song, shape: Shape) -> Json:
    album = song.album
    answer: Json = {
        "album_type": album.album_type,
        "artists": [_artist_json(artist) for artist in album.artists],
        **links("album", album.id),
        "images": _images(album),
        "is_playable": True,
        "name": album.name,
        "release_date": album.release_date,
        "release_date_precision": album.release_date_precision,
        "total_tracks": album.total_tracks,
    }
    if shape.is_new:
        return answer
    return answer | {"album_group": album.album_type, "available_markets": sold_in(album.id)}


def _artist_json(artist: Artist) -> Json:
    return {**links("artist", artist.id), "name": artist.name}


def _images(album: Album) -> list[Json]:
    if not album.has_images:
        return []
    code = hex_code("image", album.id, length=24)
    return [
        {"height": size, "url": f"https://i.scdn.co/image/{kind}{code}", "width": size}
        for size, kind in _IMAGE_KINDS.items()
    ]
