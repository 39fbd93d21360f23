"""Which charts to extract: what the ``CHARTS`` setting means."""

import csv
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from chart_extract.errors import ConfigError

KNOWN_CHARTS = Path(__file__).with_name("charts.csv")
CHART_NAME = re.compile(r"[a-z0-9-]{1,64}")  # Part of S3 keys, up to the first dot; the transform accepts at most 64.
PLAYLIST = re.compile(
    r"""(?:spotify:(?:user:[^:/]+:)?playlist:
        |https?://open\.spotify\.com/(?:intl-[a-z]+/)?(?:user/[^/]+/)?playlist/)?
        (?P<id>[0-9A-Za-z]{22})/?(?:\?.*)?""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Chart:
    """A chart: our name for it, and its playlist."""

    name: str
    playlist_id: str

    def __str__(self) -> str:
        return f"chart {self.name} (playlist {self.playlist_id})"


def known_charts() -> dict[str, str]:
    """The chart playlists listed in this package, as name to playlist id."""
    with KNOWN_CHARTS.open(encoding="utf-8", newline="") as file:
        return {row["chart"]: row["playlist_id"] for row in csv.DictReader(file)}


def parse_charts(text: str) -> tuple[Chart, ...]:
    """Read ``name=playlist`` pairs and names in charts.csv, separated by commas; ``all`` stands for all those names.

    ``none`` alone is for people who read no playlist and only add CSVs.
    """
    if text.strip() == "none":
        return ()
    charts: list[Chart] = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        charts += _parse_entry(entry)
    if not charts:
        raise ConfigError("CHARTS names no chart: set it to something like global=<playlist id>,us=<playlist id>")

    twice = [name for name, count in Counter(chart.name for chart in charts).items() if count > 1]
    if twice:
        raise ConfigError(f"CHARTS names a chart more than once: {', '.join(twice)}; keep one of each")
    return tuple(charts)


def _parse_entry(entry: str) -> list[Chart]:
    name, given, playlist = (part.strip() for part in entry.partition("="))
    if not given and name == "all":
        return [Chart(*known) for known in known_charts().items()]
    if not CHART_NAME.fullmatch(name):
        raise ConfigError(f"CHARTS: {name!r} is not a chart name (a-z, 0-9 and -, at most 64): write name=playlist")
    if not given:
        return [Chart(name, _known_playlist(name))]
    if not (match := PLAYLIST.fullmatch(playlist)):
        raise ConfigError(f"CHARTS: {name}={playlist!r} is not a playlist id (22 letters and digits), URI or URL")
    return [Chart(name, match["id"])]


def _known_playlist(name: str) -> str:
    known = known_charts()
    if name not in known:
        raise ConfigError(f"CHARTS: {name} is not in charts.csv: write {name}=<playlist id>, or correct the name")
    return known[name]
