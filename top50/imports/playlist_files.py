"""One chart as the playlist archive writes it: Markdown with links in a table, later JSON."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

PLAYLIST = re.compile(r"(?:open\.spotify\.com/playlist|/plain)/([0-9A-Za-z]{22})")
TITLE = re.compile(r"^#+ \[(.*)\]\(", re.MULTILINE)
# The number is the position. Titles may hold pipes and brackets, escaped or not: only a link's end is certain.
ROW = re.compile(r"^\| *([0-9]+) *\|(.*)$", re.MULTILINE)
LINK = re.compile(
    r"\[((?:(?!\]\(https://).)*)\]\((https://open\.spotify\.com/(track|artist|album)/([0-9A-Za-z]{22}))[^)]*\)"
)
LENGTH = re.compile(r"\| *(?:([0-9]+):)?([0-9]+):([0-9]{2}) *\|\s*$")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
ID_IN_LINK = re.compile(r"/(?:track|artist|album)/([0-9A-Za-z]{22})")


class PlaylistFileError(ValueError):
    """It is not a chart in one of the two forms."""


@dataclass(frozen=True)
class Playlist:
    """A playlist, and an item for each of its positions."""

    about: dict[str, str | None]
    items: Sequence[Any]


class Linked(msgspec.Struct):
    """An artist or an album in the JSON form."""

    name: str | None = None
    url: str | None = None


class ArchivedTrack(msgspec.Struct):
    """A track in the JSON form."""

    name: str | None = None
    url: str | None = None
    duration_ms: int | None = None
    added_at: str | None = None
    album: Linked | None = None
    artists: list[Linked] = []


class ArchivedPlaylist(msgspec.Struct):
    """The JSON form."""

    url: str
    tracks: list[ArchivedTrack | None]
    original_name: str | None = None
    snapshot_id: str | None = None


def parse_playlist(data: bytes) -> Playlist:
    """The chart; PlaylistFileError with the problem when it is not one."""
    found = _json(data) if data.lstrip().startswith(b"{") else _markdown(data)
    if not found.items:
        raise PlaylistFileError("it has no tracks")
    return found


def playlist_id(data: bytes) -> str | None:
    """Whose file it is."""
    match = PLAYLIST.search(data.decode(errors="replace"))
    return match[1] if match else None


def _json(data: bytes) -> Playlist:
    try:
        found = msgspec.json.decode(data, type=ArchivedPlaylist)
    except msgspec.DecodeError as error:
        raise PlaylistFileError(f"not as the archive writes JSON: {error}") from None
    items = []
    for it in found.tracks:
        track = it and _track(it.name, it.url, it.artists, it.album, it.duration_ms)
        # Written without a zone, as Spotify's UTC.
        added = f"{it.added_at.replace(' ', 'T')}Z" if it and it.added_at else None
        items.append({"item": track, "added_at": added} if track else None)
    about = {"id": playlist_id(found.url.encode()), "name": found.original_name, "snapshot_id": found.snapshot_id}
    return Playlist(about, items)


def _markdown(data: bytes) -> Playlist:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise PlaylistFileError(f"not UTF-8: {error}") from None
    by_position: dict[int, Any] = {}
    for number, row in ROW.findall(text):
        if int(number) in by_position or not 1 <= int(number) <= 1000:
            raise PlaylistFileError(f"position {number} is there twice, or is none")
        by_position[int(number)] = _row(row)
    title = TITLE.search(text)
    about = {"id": playlist_id(data), "name": title and _plain(title[1]), "snapshot_id": None}
    return Playlist(about, [by_position.get(number) for number in range(1, max(by_position, default=0) + 1)])


def _row(row: str) -> dict[str, Any] | None:
    linked: dict[str, list[Linked]] = {"track": [], "artist": [], "album": []}
    for name, url, kind, _id in LINK.findall(row):
        linked[kind].append(Linked(_plain(name), url))
    if not linked["track"]:
        return None  # A local file, or one that was withdrawn.
    title, albums, length = linked["track"][0], linked["album"], LENGTH.search(row)
    hours, minutes, seconds = (int(part or 0) for part in length.groups()) if length else (0, 0, 0)
    duration = (hours * 3600 + minutes * 60 + seconds) * 1000 if length else None
    return {"item": _track(title.name, title.url, linked["artist"], albums[0] if albums else None, duration)}


def _plain(text: str) -> str:
    return ESCAPED.sub(r"\1", text).strip()


def _track(
    name: str | None, url: str | None, artists: Sequence[Linked], album: Linked | None, duration: int | None
) -> dict[str, Any] | None:
    """A track as Spotify writes it; None without an id."""
    track = _named(Linked(name, url))
    if not track:
        return None
    album_found = _named(album) if album else None
    return {
        **track,
        "type": "track",
        "duration_ms": duration,
        "artists": [found for artist in artists if (found := _named(artist))],
        "album": album_found,
    }


def _named(linked: Linked) -> dict[str, Any] | None:
    match = ID_IN_LINK.search(linked.url or "")
    return {"id": match[1], "name": linked.name, "external_urls": {"spotify": linked.url}} if match else None
