"""Read one chart from its playlist, completely or not at all."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from spotipy import Spotify

from chart_extract.answers import playlist_wall
from chart_extract.charts import Chart
from chart_extract.moments import iso
from chart_extract.retry import RetryPolicy
from chart_extract.walls import BadAnswerError, ChartShapeError, IncompleteChartError, ItemsMissingError

FORMAT = "top50-raw/1"


@dataclass(frozen=True)
class ObservedChart:
    """A chart as its playlist showed it; ``pages`` are Spotify's paging objects, untouched."""

    chart: Chart
    playlist: dict[str, Any]
    total: int
    pages: list[dict[str, Any]]
    fetched_at: datetime

    @property
    def entries(self) -> int:
        """How many places the chart has, empty ones included."""
        return _count(self.pages)

    @property
    def songs(self) -> str:
        """A checksum of the songs in order: equal charts have the same one."""
        ids = [track["id"] if track else "" for track in self.tracks]
        return hashlib.sha256("\n".join(ids).encode()).hexdigest()

    @property
    def tracks(self) -> list[dict[str, Any] | None]:
        """The track at each position; None where there is none."""
        return [track_of(entry) for page in self.pages for entry in page["items"]]

    def to_raw(self, chart_date: str) -> bytes:
        """Write the raw object: one line of JSON."""
        owner = self.playlist.get("owner")
        raw = {
            "format": FORMAT,
            "chart": self.chart.name,
            "chart_date": chart_date,
            "fetched_at": iso(self.fetched_at),
            "source": "playlist",
            "playlist": {
                "id": self.playlist.get("id"),
                "name": self.playlist.get("name"),
                "owner_id": owner.get("id") if isinstance(owner, dict) else None,
                "snapshot_id": self.playlist.get("snapshot_id"),
            },
            "total": self.total,
            "pages": self.pages,
        }
        text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
        # A lone surrogate cannot be encoded as UTF-8; JSON can hold it as an escape.
        return text.encode("utf-8", errors="backslashreplace")


def read_chart(spotify: Spotify, chart: Chart, policy: RetryPolicy, clock: Callable[[], datetime]) -> ObservedChart:
    """Read a chart's playlist, which must be complete and not empty."""
    observed = read_playlist(spotify, chart, policy, clock)
    if observed.total == 0:
        raise IncompleteChartError(chart, "the playlist is empty")
    if not any(observed.tracks):
        raise IncompleteChartError(chart, f"none of its {observed.total} entries holds a track")
    return observed


def read_playlist(spotify: Spotify, chart: Chart, policy: RetryPolicy, clock: Callable[[], datetime]) -> ObservedChart:
    """Request the playlist, then the remaining pages; it may be empty."""

    def ask(request: Callable[[], object]) -> dict[str, Any]:
        body = policy.call(chart, request, partial(playlist_wall, chart))
        if not isinstance(body, dict):
            # spotipy returns None for a success whose body is empty or not JSON.
            raise BadAnswerError(chart, "Spotify answered 200 without a JSON object in it")
        return body

    playlist = ask(lambda: spotify.playlist(chart.playlist_id, additional_types=("track",)))
    fetched_at = clock()
    pages = [_first_page(chart, playlist)]
    # Stops an endless chain of pages.
    while pages[-1]["next"] and _count(pages) <= pages[0]["total"]:
        page = _checked_page(chart, ask(partial(spotify.next, pages[-1])))
        if page["total"] != pages[0]["total"] or not page["items"]:
            raise IncompleteChartError(chart, "the playlist changed while it was read")
        pages.append(page)
    observed = ObservedChart(chart, playlist, pages[0]["total"], pages, fetched_at)
    if observed.entries != observed.total:
        raise IncompleteChartError(chart, f"Spotify sent {observed.entries} of {observed.total} entries")
    return observed


def _first_page(chart: Chart, playlist: dict[str, Any]) -> dict[str, Any]:
    # Apps since February 2026 get the contents as "items", older ones as "tracks".
    contents = [playlist[name] for name in ("items", "tracks") if playlist.get(name) is not None]
    pages = [page for page in contents if not isinstance(page, dict) or "items" in page]
    if not pages:
        owner = playlist.get("owner")
        whose = f" of a playlist of {owner.get('id')}'s" if isinstance(owner, dict) else ""
        raise ItemsMissingError(chart, f"Spotify answered 200 but left the entries{whose} out")
    return _checked_page(chart, pages[0])


def _checked_page(chart: Chart, page: object) -> dict[str, Any]:
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        raise ChartShapeError(chart, "a page is not an object with a list of items")
    if type(page.get("total")) is not int or not isinstance(page.get("next", 0), str | None):
        raise ChartShapeError(chart, "a page lacks its total, or the address of the next")
    for place, entry in enumerate(page["items"], start=1):
        if not isinstance(entry, dict | None):
            raise ChartShapeError(chart, f"entry {place} of a page is neither an object nor null")
    return page


def track_of(entry: dict[str, Any] | None) -> dict[str, Any] | None:
    """The track of a playlist entry; None for a withdrawn track (null), a local file (no id) and an episode."""
    tracks = [entry.get("item"), entry.get("track")] if entry else []
    return next((it for it in tracks if isinstance(it, dict) and it.get("id") and it.get("type") == "track"), None)


def _count(pages: list[dict[str, Any]]) -> int:
    return sum(len(page["items"]) for page in pages)
