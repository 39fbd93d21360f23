"""From a dropped CSV to a raw chart: each track is fetched once and stored beside its row.

Without look-ups the rows stand alone, and the chart counts as read at its date's midnight: the same CSV with look-ups
is younger and replaces it in the tables, whichever of them comes first.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
from chart_extract.result import ExtractResult, Failed, Landed, Outcome, Quarantined, Skipped
from chart_extract.retry import RetryPolicy
from chart_extract.walls import BadAnswerError, TrackGoneError


@dataclass(frozen=True)
class CsvRequest:
    """What names the raw object of a CSV: the time it was dropped, and the chart date in its name."""

    time: datetime
    chart_date: str


def extract_csvs(
    drops: Sequence[Drop],
    size: int,
    zone: DropZone,
    raw_zone: Callable[[CsvRequest], RawZone],
    can_look_up: Callable[[], bool],
    connect: Callable[[], Spotify],
    policy: RetryPolicy,
    clock: Callable[[], datetime] = utc_now,
) -> ExtractResult:
    """Land the first ``size`` positions of each CSV, as the chart and the date that its name says.

    The position of a rank that the CSV leaves out is empty. A CSV that fails does not stop the others, and stays in
    place for the retry. A file that is not a chart goes to quarantine.
    """

    def outcome(drop: Drop) -> Outcome:
        try:
            found = zone.read(drop)
            return extract(drop, *found) if found else outcome_before(drop)
        except ExtractError as error:
            return Failed(Chart(drop.name, ""), error)

    def extract(drop: Drop, data: bytes, etag: str, look_up: bool) -> Outcome:
        try:
            return land(drop, data, etag, look_up and can_look_up())
        except ChartCsvError as error:
            return Quarantined(drop.name, zone.quarantine(drop, etag, error), str(error))

    def land(drop: Drop, data: bytes, etag: str, look_up: bool) -> Outcome:
        csv_chart = parse_chart(drop.name, data, drop.time.date())
        chart, places = Chart(csv_chart.chart, ""), csv_chart.places(size)
        rows = [row for row in places if row]
        if not rows:
            raise ChartCsvError(drop.name, f"none of its ranks is among the first {size}")
        request = CsvRequest(drop.time, csv_chart.chart_date)
        raw = raw_zone(request)
        if key := raw.find_same(chart, *same_songs(places, look_up)):
            zone.finish(drop, etag)
            return Skipped(chart, key)
        fetched_at = clock()
        tracks = fetch_tracks(connect(), rows, policy) if look_up else {}
        if not any(tracks.values()):
            # Also where Spotify knows none of them: it may know them another time.
            tracks, fetched_at = {}, datetime.fromisoformat(csv_chart.chart_date).replace(tzinfo=UTC)
        checksum = songs_checksum(places, looked_up=bool(tracks))
        if not raw.put(chart, to_raw(csv_chart, places, tracks, fetched_at), checksum):
            # Another delivery has just landed a chart: this file's or a copy's, or an earlier one of that name.
            if raw_zone(request).find_same(chart, checksum):
                zone.finish(drop, etag)
            return Skipped(chart, raw.key(chart))
        zone.finish(drop, etag)
        return Landed(chart, raw.key(chart), len(places), fetched_at)

    def outcome_before(drop: Drop) -> Outcome:
        quarantined = zone.quarantined(drop)
        return Quarantined(drop.name, *quarantined) if quarantined else Skipped(Chart(drop.name, ""), drop.key)

    return ExtractResult.of([outcome(drop) for drop in drops])


def fetch_tracks(spotify: Spotify, rows: Sequence[Row], policy: RetryPolicy) -> dict[str, dict[str, Any] | None]:
    """Fetch each track once, several at a time; None for a track that Spotify no longer has."""

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
    csv_chart: CsvChart, places: Sequence[Row | None], tracks: dict[str, dict[str, Any] | None], fetched_at: datetime
) -> bytes:
    """Write the raw object: one line of JSON, shaped as for a playlist, each row beside its track or alone."""
    items = [{"item": tracks.get(row["uri"]), "csv": row} if row else None for row in places]
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


def same_songs(places: Sequence[Row | None], look_up: bool) -> list[str]:
    """The checksums of charts that make it needless to land these rows: with look-ups they are the better ones."""
    return [songs_checksum(places, looked_up=known) for known in {True, look_up}]


def songs_checksum(places: Sequence[Row | None], *, looked_up: bool) -> str:
    """A checksum of a CSV's rows, stored with the raw object to recognise the same CSV."""
    return hashlib.sha256(json.dumps(places if looked_up else [places]).encode()).hexdigest()
