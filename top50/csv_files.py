"""Chart CSVs of charts.spotify.com into a stack: validated here, extracted by its function."""

import json
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chart_extract.chart_csv import CsvChart, parse_chart
from chart_extract.charts import Chart
from chart_extract.config import Config
from chart_extract.csv_extract import CsvRequest, same_songs
from chart_extract.dropped import DROPPED, LOOK_UP, QUARANTINE
from chart_extract.landing import RawZone
from top50.athena import ask
from top50.errors import QueryError, RefusedError
from top50.pipeline import TO_PROCESSED, Tell
from top50.stack import Stack
from top50.target import Target

# Extract's timeout, and some time for S3 and SQS.
PATIENCE_SECONDS = 360
LOOK_SECONDS = 0.5
NO_ANSWER = f"the extract function has not answered for {PATIENCE_SECONDS} seconds: see its log (top50 logs)"


@dataclass(frozen=True)
class Loaded:
    """How many rows and empty positions of a chart Athena has, and whether they are from the CSV alone."""

    rows: int = 0
    empty: int = 0
    alone: bool = False


def read_charts(paths: Iterable[Path]) -> dict[Path, CsvChart]:
    """Parse all files, of copies one; ChartCsvError for the first that is not a chart."""
    today = datetime.now(UTC).date()
    charts: dict[Path, CsvChart] = {}
    firsts: dict[tuple[str, str], Path] = {}
    for path in paths:
        chart = parse_chart(path.name, path.read_bytes(), today)
        first = firsts.setdefault((chart.chart, chart.chart_date), path)
        if first == path:
            charts[path] = chart
        elif charts[first].rows != chart.rows:
            raise RefusedError(f"{first} and {path} are the same chart with different rows: give one of them")
    return charts


def is_loaded(stack: Stack, chart: CsvChart, look_up: bool) -> bool:
    """Whether the very same chart has landed before and is in the tables: a stopped command leaves it in between.

    To ``look_up`` its tracks, it must have landed with look-ups.
    """
    request = CsvRequest(datetime.now(UTC), chart.chart_date)
    zone = RawZone(stack.client("s3"), stack.output("DataBucket"), request)
    landed = zone.find_same(Chart(chart.chart, ""), *same_songs(chart.places(Config.chart_size), look_up))
    try:
        return landed is not None and not landed.startswith(TO_PROCESSED) and loaded(stack, chart).rows > 0
    except QueryError:
        return False


def add(target: Target, charts: Mapping[Path, CsvChart], look_up: bool, tell: Tell) -> dict[str, str]:
    """Copy the files to where the extract function takes them from, and wait for it.

    Without ``look_up`` it must not ask Spotify about the tracks; with it, it does if it has credentials.

    Returns why it failed, by the file's name, for those on which it did. The pipeline has still to load the others.
    """
    names = [path.name for path in charts]
    refused_before = {name: _reason_version(target, name) for name in names}
    since = datetime.now(UTC) - timedelta(seconds=1)
    metadata = {} if look_up else {LOOK_UP: "no"}
    with target.delivering():
        for path in charts:
            target.stack.client("s3").put_object(
                Bucket=target.bucket, Key=DROPPED + path.name, Body=path.read_bytes(), Metadata=metadata
            )
        failed = _wait_for_extract(target, names, since, tell)
    for name in names:
        if name not in failed and _reason_version(target, name) != refused_before[name]:
            reason = target.stack.in_words(f"s3://{target.bucket}/{QUARANTINE}{name}.reason.json")
            failed[name] = f"it is in quarantine: see {reason}"
    return failed


def earlier(stack: Stack, names: Collection[str] = ()) -> list[str]:
    """A line for each CSV that waits since an earlier command; not of these ``names``."""
    waiting = [item["Key"].removeprefix(DROPPED) for item in stack.objects(DROPPED)]
    return [
        f"{name} of an earlier command still waits: the next top50 run or top50 add-csv tries it again"
        for name in waiting
        if name not in names
    ]


def loaded(stack: Stack, chart: CsvChart) -> Loaded:
    """What Athena has of the chart."""
    sql = "SELECT entries_loaded, entries_skipped, fetched_at FROM chart_load WHERE chart = ? AND chart_date = ?"
    for rows, empty, fetched_at in ask(stack, sql, chart.chart, chart.chart_date).rows:
        # What was looked up was fetched later.
        alone = str(fetched_at).startswith(f"{chart.chart_date} 00:00:00")
        return Loaded(int(rows or 0), int(empty or 0), alone)
    return Loaded()


def _wait_for_extract(target: Target, names: Sequence[str], since: datetime, tell: Tell) -> dict[str, str]:
    ends = time.monotonic() + PATIENCE_SECONDS
    why_failed = _failures(target.stack, since)
    waiting = set(names)
    failed: dict[str, str] = {}
    while waiting:
        tell(f"extract: {len(waiting)} to go")
        waiting &= {item["Key"].removeprefix(DROPPED) for item in target.stack.objects(DROPPED)}
        late = time.monotonic() > ends
        logged = why_failed() if waiting else {}
        failed |= {name: why for name in waiting if (why := logged.get(name) or (NO_ANSWER if late else None))}
        waiting -= failed.keys()
        time.sleep(LOOK_SECONDS)
    return failed


def _failures(stack: Stack, since: datetime) -> Callable[[], dict[str, str]]:
    """What the extract function has logged since then: why it failed on files, by their names."""
    group = f"/aws/lambda/{stack.output('ExtractFunction')}"
    failures: dict[str, str] = {}
    start = int(since.timestamp() * 1000)

    def read() -> dict[str, str]:
        nonlocal start
        logs = stack.client("logs")
        try:
            # From the newest line that was seen: a function may log for minutes.
            for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=start):
                for event in page["events"]:
                    start = max(start, event["timestamp"])
                    if '"chart failed"' in event["message"]:
                        line = json.loads(event["message"])
                        failures[str(line.get("chart"))] = str(line["error"])
        except logs.exceptions.ResourceNotFoundException:
            # Nothing has been logged yet.
            return failures
        return failures

    return read


def _reason_version(target: Target, name: str) -> str | None:
    """Tells a new reason in quarantine from one that an earlier file of the name has left."""
    return next((str(item["ETag"]) for item in target.stack.objects(f"{QUARANTINE}{name}.reason.json")), None)
