"""The songs that are to stand in a playlist: a chart's CSV, or a text with one track a line."""

import re
from dataclasses import dataclass
from pathlib import Path

from chart_extract.chart_csv import parse_rows
from chart_extract.errors import ExplainedError

TRACK = re.compile(
    r"(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z]+/)?track/)?(?P<id>[0-9A-Za-z]{22})/?(?:\?.*)?"
)


class TrackListError(ExplainedError):
    """The file names no songs, or something else among them."""

    meaning = "The playlist was left as it is"
    action = "Give a chart's CSV (name.csv), or a text with a track's URI, URL or id on each line; # begins a comment"


@dataclass(frozen=True)
class Song:
    """A track to stand in the playlist; the title is only for people, and known only from a CSV."""

    uri: str
    title: str = ""


def read_songs(path: Path, size: int) -> list[Song]:
    """Read the songs in their order; of a CSV those to rank ``size``, of a text all."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrackListError(path, error.strerror or "cannot be read") from None
    if path.suffix.lower() == ".csv":
        rows = parse_rows(path.name, data)
        return [Song(it["uri"], f"{it['track_name']} ({it['artist_names']})") for it in rows if int(it["rank"]) <= size]
    songs = _listed(path, data.decode("utf-8-sig", errors="replace"))
    if not songs:
        raise TrackListError(path, "it names no song")
    return songs


def _listed(path: Path, text: str) -> list[Song]:
    songs = []
    for number, line in enumerate(text.splitlines(), start=1):
        entry = line.partition("#")[0].strip()
        if not entry:
            continue
        if not (match := TRACK.fullmatch(entry)):
            raise TrackListError(f"{path}, line {number}", f"{entry!r} is not a track")
        songs.append(Song(f"spotify:track:{match['id']}"))
    return songs
