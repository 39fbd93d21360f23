"""From a dropped CSV to a raw chart: each of its tracks is fetched once, and stands beside its row."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from spotipy import Spotify

from chart_extract.answers import track_wall
from chart_extract.chart import FORMAT
from chart_extract.chart_csv import TRACK_URI, ChartCsvError, CsvChart, Row, parse_chart
from chart_extract.charts import Chart
from chart_extract.dropped import Drop, DropZone
from chart_extract.errors import ExtractError
from chart_extract.landing import RawZone
from chart_extract.moments import iso, utc_now
from chart_extract.parallel import in_time, unfinished
from chart_extract.result import ExtractResult, Failed, Landed, Outcome, Skipped
from chart_extract.retry import RetryPolicy
from chart_extract.walls import BadAnswerError, TrackGoneError


class QuarantinedError(ExtractError):
    """A dropped file is no chart and lies in quarantine, with the reason beside it."""


@dataclass(frozen=True)
class CsvRequest:
    """In whose name a CSV lands: the moment it was dropped, and the date that it says itself."""

    time: datetime
    chart_date: str


def extract_csvs(
    drops: Sequence[Drop],
    size: int,
    zone: DropZone,
    raw_zone: Callable[[CsvRequest], RawZone],
    connect: Callable[[], Spotify],
    policy: RetryPolicy,
    clock: Callable[[], datetime] = utc_now,
) -> ExtractResult:
    """Land the first ``size`` places of each CSV, as the chart and for the date that its name says.

    One that fails stops no other; one that is no chart goes into quarantine.
    """

    def outcome(drop: Drop) -> Outcome:
        try:
            return _extract(drop)
        except ExtractError as error:
            return Failed(Chart(drop.name, ""), error)

    def _extract(drop: Drop) -> Outcome:
        found = zone.read(drop)
        if found is None:
            if reason := zone.reason(drop):
                raise QuarantinedError(reason)
            return Skipped(Chart(drop.name, ""), drop.key)
        data, etag = found
        try:
            csv_chart = parse_chart(drop.name, data)
        except ChartCsvError as error:
            zone.quarantine(drop, etag, error)
            raise QuarantinedError(str(error)) from None
        chart, request = Chart(csv_chart.chart, ""), CsvRequest(drop.time, csv_chart.chart_date)
        raw = raw_zone(request)
        landed: Outcome
        if key := raw.find(chart):
            landed = Skipped(chart, key)
        else:
            rows = csv_chart.rows[:size]
            fetched_at = clock()
            tracks = fetch_tracks(connect(), rows, policy)
            raw.put(chart, to_raw(csv_chart, rows, tracks, fetched_at), _songs(rows))
            landed = Landed(chart, raw.key(chart), len(rows), fetched_at)
        zone.finish(drop, etag)
        return landed

    return ExtractResult.of([outcome(drop) for drop in drops])


def fetch_tracks(spotify: Spotify, rows: Sequence[Row], policy: RetryPolicy) -> dict[str, dict[str, Any] | None]:
    """Fetch each track once, some at a time; None for one that Spotify has no more."""

    def fetch(uri: str) -> dict[str, Any] | None:
        match = TRACK_URI.fullmatch(uri)
        assert match  # noqa: S101 - the rows are checked
        try:
            track: Any = policy.call(uri, partial(spotify.track, match["id"]), partial(track_wall, uri))
        except TrackGoneError:
            return None
        if not isinstance(track, dict) or not track.get("id"):
            raise BadAnswerError(uri, "Spotify answered 200 without a track in it")
        return track

    tasks = {row["uri"]: partial(fetch, row["uri"]) for row in rows}
    done = in_time(tasks, policy)
    for uri in tasks:
        if uri not in done:
            raise unfinished(uri, policy)
    return {uri: done[uri].result() for uri in tasks}


def to_raw(
    csv_chart: CsvChart, rows: Sequence[Row], tracks: dict[str, dict[str, Any] | None], fetched_at: datetime
) -> bytes:
    """Write the raw object: one line of JSON, as of a playlist, with each row beside its track."""
    items = [{"item": tracks[row["uri"]], "csv": row} for row in rows]
    raw = {
        "format": FORMAT,
        "chart": csv_chart.chart,
        "chart_date": csv_chart.chart_date,
        "fetched_at": iso(fetched_at),
        "source": "chart_csv",
        "playlist": None,
        "total": len(items),
        "pages": [{"items": items, "total": len(items), "next": None}],
    }
    text = json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="backslashreplace")


def _songs(rows: Sequence[Row]) -> str:
    return hashlib.sha256("\n".join(row["uri"] for row in rows).encode()).hexdigest()
