"""One position of a chart to its entry."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeGuard

from msgspec import UNSET, Raw, UnsetType
from msgspec.json import Decoder

from chart_transform.decoding import decode
from chart_transform.errors import RawFileError
from chart_transform.raw_format import CsvRow, Item, Kind, Track, Urls

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # What chart playlists send where nobody added the track.
SONG_IN_URI = re.compile(r"(?:spotify:track:|open\.spotify\.com/track/)([0-9A-Za-z]+)")
TRACK, KIND, CSV_ROW = Decoder(Track), Decoder(Kind), Decoder(CsvRow, strict=False)


@dataclass(frozen=True)
class Entry:
    """A song at its position, from 1; what only a chart's CSV has is null for a playlist.

    Of a bare row, the track holds no more than id, name and link; ``credit`` names its artists as printed.
    """

    position: int
    track: Track
    is_bare: bool
    label: str | None
    credit: str | None
    added_at: datetime | None
    streams: int | None
    peak_position: int | None
    previous_position: int | None
    days_on_chart: int | None


def parse_entry(item: Item, position: int, place: str) -> Entry | None:
    """The song at a position; None when the position is empty."""
    if item.item is UNSET and item.track is UNSET:
        raise RawFileError("an entry with neither an item nor a track (as with a wrong fields= filter)", place)
    if item.is_local:
        return None
    row = decode(item.csv, CSV_ROW, f"{place}.csv") if _is_there(item.csv) else CsvRow()
    if _is_there(item.item):
        track, is_bare = _track(item.item, f"{place}.item"), False
    elif _is_there(item.track):
        track, is_bare = _track(item.track, f"{place}.track"), False
    else:
        track, is_bare = _bare_track(row), True
    if track is None:
        return None
    added_at = None if item.added_at is None else time_of(item.added_at, f"{place}.added_at")
    return Entry(
        position=position,
        track=track,
        is_bare=is_bare,
        label=row.source or None,
        credit=row.artist_names or None,
        added_at=None if added_at == NEVER else added_at,
        streams=row.streams,
        peak_position=row.peak_rank,
        # The CSV writes -1 for a new entry, which has no previous position.
        previous_position=row.previous_rank if row.previous_rank is not None and row.previous_rank > 0 else None,
        days_on_chart=row.days_on_chart,
    )


def _track(raw: Raw, place: str) -> Track | None:
    try:
        track = decode(raw, TRACK, place)
    except RawFileError:
        # An episode has other fields, a local file has no id.
        if decode(raw, KIND, place).is_song:
            raise
        return None
    return track if track.is_song else None


def _bare_track(row: CsvRow) -> Track | None:
    found = SONG_IN_URI.search(row.uri or "")
    if found is None:
        return None
    url = Urls(f"https://open.spotify.com/track/{found[1]}")
    return Track(id=found[1], name=row.track_name, external_urls=url)


def _is_there(value: Raw | UnsetType) -> TypeGuard[Raw]:
    return not isinstance(value, UnsetType) and bytes(value) != b"null"


def time_of(text: str, place: str) -> datetime:
    """A time in UTC, written as 2026-11-22T23:00:04Z."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise RawFileError(f"{short(text)} is not a time like 2026-11-22T23:00:04Z", place) from None


def short(value: object) -> str:
    """A value for an error message, cut when it is long."""
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."
