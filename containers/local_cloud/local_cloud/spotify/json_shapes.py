"""Songs and playlists as Spotify's JSON, in its two shapes: before and after February 2026.

The addresses of pages are the stand-in's, since clients follow them; those in a track are Spotify's own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from local_cloud.spotify.access import EDITOR, Playlist
from local_cloud.spotify.chart import popularity
from local_cloud.spotify.ids import hex_code, named_id
from local_cloud.spotify.markets import sold_in
from local_cloud.spotify.songs import Album, Artist, Song

# What chart playlists send instead of a time, and when a listener copied the chart that morning.
_NEVER = "1970-01-01T00:00:00Z"
_COPIED_AT = "T06:04:11Z"
_IMAGE_KINDS = {640: "ab67616d0000b273", 300: "ab67616d00001e02", 64: "ab67616d00004851"}

Json = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """The words in which the two shapes differ, and the size of the page inside a playlist."""

    is_new: bool
    contents: str
    entry: str
    first_page: int


OLD = Shape(is_new=False, contents="tracks", entry="track", first_page=100)
NEW = Shape(is_new=True, contents="items", entry="item", first_page=50)


def links(kind: str, thing_id: str) -> Json:
    """The fields by which Spotify names anything."""
    return {
        "external_urls": {"spotify": f"https://open.spotify.com/{kind}/{thing_id}"},
        "href": f"https://api.spotify.com/v1/{kind}s/{thing_id}",
        "id": thing_id,
        "type": kind,
        "uri": f"spotify:{kind}:{thing_id}",
    }


def track_json(song: Song, day: dt.date, shape: Shape) -> Json:
    """One track with its album and artists."""
    answer: Json = {
        "album": _album_json(song.album, shape),
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


def _album_json(album: Album, shape: Shape) -> Json:
    code = hex_code("image", album.id, length=24)
    sizes = _IMAGE_KINDS.items() if album.has_images else ()
    answer: Json = {
        "album_type": album.album_type,
        "artists": [_artist_json(artist) for artist in album.artists],
        **links("album", album.id),
        "images": [
            {"height": size, "url": f"https://i.scdn.co/image/{kind}{code}", "width": size} for size, kind in sizes
        ],
        "is_playable": True,
        "name": album.name,
        "release_date": album.release_date,
        "release_date_precision": album.release_date_precision,
        "total_tracks": album.total_tracks,
    }
    markets: Json = {"album_group": album.album_type, "available_markets": sold_in(album.id)}
    return answer if shape.is_new else answer | markets


def _artist_json(artist: Artist) -> Json:
    return {**links("artist", artist.id), "name": artist.name}


def playlist_json(playlist: Playlist, snapshot: str, shape: Shape) -> Json:
    """Everything of a playlist but its contents."""
    answer: Json = {
        "collaborative": False,
        "description": f"Your daily update of the most played tracks right now - {playlist.name[9:]}.",
        **links("playlist", playlist.id),
        "images": [{"height": None, "url": f"https://charts-images.scdn.co/{playlist.chart}.jpg", "width": None}],
        "name": playlist.name,
        "owner": {"display_name": playlist.owner, **links("user", playlist.owner)},
        "primary_color": None,
        "public": playlist.owner == EDITOR,
        "snapshot_id": snapshot,
    }
    return answer if shape.is_new else answer | {"followers": {"href": None, "total": 1200 + len(playlist.chart)}}


def page_json(entries: Sequence[Any], total: int, address: str, limit: int, offset: int) -> Json:
    """One page of entries; ``next`` is null when no entry is left, whatever ``total`` says."""

    def page_at(start: int) -> str:
        return f"{address}?offset={start}&limit={limit}"

    return {
        "href": page_at(offset),
        "items": list(entries[offset : offset + limit]),
        "limit": limit,
        "next": page_at(offset + limit) if offset + limit < len(entries) else None,
        "offset": offset,
        "previous": page_at(max(0, offset - limit)) if offset else None,
        "total": total,
    }


def entry_json(playlist: Playlist, song: Song, day: dt.date, shape: Shape) -> Json:
    """One place of a chart."""
    adder = "" if playlist.owner == EDITOR else playlist.owner
    return {
        "added_at": f"{day}{_COPIED_AT}" if adder else _NEVER,
        "added_by": links("user", adder),
        "is_local": False,
        "primary_color": None,
        shape.entry: {**track_json(song, day, shape), "episode": False, "track": True},
        "video_thumbnail": {"url": None},
    }


def snapshot_of(playlist: Playlist, entries: Sequence[Any]) -> str:
    """Name a version of a playlist: another one as soon as its entries differ."""
    return named_id("snapshot", playlist.id, repr([_key(entry) for entry in entries]))


def _key(entry: Any) -> Any:
    if not isinstance(entry, dict):
        return entry
    track = entry.get("item") or entry.get("track")
    return (entry["added_at"], track and track["uri"])


def me_json(user: str, shape: Shape) -> Json:
    """The profile of the token's user."""
    answer: Json = {"display_name": "Stand-in listener", **links("user", user), "images": []}
    return answer if shape.is_new else answer | {"followers": {"href": None, "total": 3}}
