"""Raw files by keyword: each test states only what it is about."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chart_transform.keys import RawFile, landed_file
from chart_transform.stores.store import ListedFile

DAY = "2026-11-22"
FETCHED_AT = "2026-11-22T23:00:04Z"
MODIFIED = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


def artist(artist_id="a1", **fields):
    """An artist as tracks and albums carry it."""
    url = {"spotify": f"https://open.spotify.com/artist/{artist_id}"}
    return {"id": artist_id, "name": f"Artist {artist_id}", "type": "artist", "external_urls": url} | fields


def album(album_id="al1", **fields):
    """An album as tracks carry it."""
    return {
        "id": album_id,
        "name": f"Album {album_id}",
        "album_type": "single",
        "release_date": "2026-11-06",
        "release_date_precision": "day",
        "total_tracks": 1,
        "artists": [artist()],
        "external_urls": {"spotify": f"https://open.spotify.com/album/{album_id}"},
        "images": [{"url": "https://i.scdn.co/640", "width": 640}, {"url": "https://i.scdn.co/64", "width": 64}],
    } | fields


def track(track_id="s1", **fields):
    """A track in the old shape; the new one only leaves fields out."""
    return {
        "id": track_id,
        "name": f"Song {track_id}",
        "type": "track",
        # Spotify really sends these two beside the fields that matter.
        "track": True,
        "episode": False,
        "is_local": False,
        "duration_ms": 180000,
        "explicit": False,
        "popularity": 90,
        "external_ids": {"isrc": "USAT22600001"},
        "disc_number": 1,
        "track_number": 3,
        "external_urls": {"spotify": f"https://open.spotify.com/track/{track_id}"},
        "album": album(),
        "artists": [artist()],
    } | fields


def entry(song: Any = None, under="track", **fields):
    """A playlist entry that holds a track ``under`` the name of its shape."""
    own = {"added_at": "2026-11-21T00:00:00Z", "is_local": False, under: song if song is not None else track()}
    return own | fields


def page(*entries: Any, **fields):
    """A paging object of Spotify's; without entries it has one."""
    items = list(entries) or [entry()]
    href = "https://api.spotify.com/v1/playlists/37i9dQZEVXbMDoHDwVN2tF/tracks?offset=0&limit=100"
    own = {"href": href, "items": items, "limit": 100, "next": None, "offset": 0, "total": len(items)}
    return own | fields


def playlist(contents="tracks", *entries: Any):
    """A full playlist object, its page under ``tracks`` or, for new apps, ``items``."""
    return {"id": "p1", "name": "Top 50 - Global", "snapshot_id": "snap1", "type": "playlist", contents: page(*entries)}


def envelope(*entries: Any, **fields):
    """What extract lands; without entries it has one."""
    only = page(*entries)
    return {
        "format": "top50-raw/1",
        "chart": "global",
        "chart_date": DAY,
        "fetched_at": FETCHED_AT,
        "source": "playlist",
        "playlist": {"id": "p1", "name": "Top 50 - Global", "owner_id": "spotify", "snapshot_id": "snap1"},
        "total": only["total"],
        "pages": [only],
    } | fields


def as_bytes(document: Any) -> bytes:
    """A document as a file holds it; bytes as they are."""
    return document if isinstance(document, bytes) else json.dumps(document).encode()


def listed(key: str, modified=MODIFIED):
    """A file as a listing shows it."""
    return ListedFile(key, "v1", 1, modified)


def landed(key=f"to_processed/chart_date={DAY}/global.json", modified=MODIFIED, default_chart="global") -> RawFile:
    """A landed file before it is read."""
    return landed_file(listed(key, modified), default_chart)


def land(raw: Path, name: str, document: Any) -> Path:
    """Put a document below the ``to_processed/`` of a local raw folder."""
    path = raw / "to_processed" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(as_bytes(document))
    return path
