"""Playlists as Spotify's JSON. The addresses of pages are the stand-in's, since clients follow them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from local_cloud.spotify.access import EDITOR, Playlist
from local_cloud.spotify.catalog import Song
from local_cloud.spotify.ids import named_id
from local_cloud.spotify.shape import Json, Shape, links
from local_cloud.spotify.track_json import track_json

# What chart playlists send instead of a time, and when a listener copied the chart that morning.
_NEVER = "1970-01-01T00:00:00Z"
_COPIED_AT = "T06:04:11Z"


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
