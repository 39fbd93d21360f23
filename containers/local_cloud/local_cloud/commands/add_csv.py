"""``make add-csv FILE=...``: chart CSVs of charts.spotify.com into the lake used last, or with STACK= into AWS's."""

import argparse
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from chart_extract.chart_csv import ChartCsvError, CsvChart, parse_chart
from chart_extract.dropped import DROPPED, QUARANTINE
from local_cloud.commands.demo import stop_on_failure
from local_cloud.commands.target import Target, Tell, WhyFailed, open_target
from local_cloud.queries import ask

NOTHING_NAMED = (
    "name the CSV of a chart: make add-csv FILE=regional-global-daily-2026-11-21.csv (several: FILE='*.csv')"
)
QUESTION = (
    "select chart, chart_date, position, streams, peak_position, previous_position, days_on_chart "
    "from chart_entry where streams > 0 order by chart_date desc, chart, position limit 10"
)
# Extract's timeout, and some time for S3 and SQS.
PATIENCE_SECONDS = 360
LOOK_SECONDS = 0.5
NO_ANSWER = f"extract has said nothing of it for {PATIENCE_SECONDS} seconds: look at its log (make logs)"


def main(argv: Sequence[str]) -> None:
    """Check all files, add them, wait for what comes of it; exit with the reason where one did not become a chart."""
    parser = argparse.ArgumentParser(prog="make add-csv", allow_abbrev=False)
    parser.add_argument("file", nargs="?", default="", help="a CSV, or several by * and ?")
    parser.add_argument("--stack", help="on AWS, in the account and region of your credentials")
    args = parser.parse_args(argv)
    charts = read_charts(args.file)
    with open_target(args.stack) as target:
        add(Console(), target, charts)


def read_charts(pattern: str) -> dict[Path, CsvChart]:
    """Read the files that are named; the program ends at the first that is no chart, before any is copied."""
    if not pattern:
        raise SystemExit(NOTHING_NAMED)
    try:
        path = Path(pattern).expanduser()
        paths = [path] if path.is_file() else sorted(path.parent.glob(path.name))
    except (OSError, RuntimeError, ValueError):
        # No name at all: of no user's folder, of nothing but a folder, too long.
        paths = []
    if not paths:
        raise SystemExit(f"there is no file {pattern}: {NOTHING_NAMED}")
    try:
        return {path: parse_chart(path.name, path.read_bytes()) for path in paths}
    except ChartCsvError as error:
        raise SystemExit(str(error)) from None
    except OSError as error:
        raise SystemExit(f"{error.filename} cannot be read ({error.strerror})") from None


def add(console: Console, target: Target, charts: Mapping[Path, CsvChart]) -> None:
    """Copy the files to where the stack takes them from, wait for the pipeline's end, and print what came of it."""
    names = [path.name for path in charts]
    with console.status("copy") as status:
        refused_before = {name: _reason_version(target, name) for name in names}
        with target.deliver() as why_failed:
            for path in charts:
                _s3(target).put_object(Bucket=target.bucket, Key=DROPPED + path.name, Body=path.read_bytes())
            failed = wait_for_extract(target, names, why_failed, status.update)
        executions = target.wait(status.update)
    for name in names:
        if name not in failed and _reason_version(target, name) != refused_before[name]:
            failed[name] = f"it is in quarantine: see s3://{target.bucket}/{QUARANTINE}{name}.reason.json"
    added = [chart for path, chart in charts.items() if path.name not in failed]
    if executions:
        try:
            # A check that failed, such as that of another chart's age, has not kept the rows away.
            show(console, target, added)
        finally:
            stop_on_failure(executions)
    else:
        for chart in added:
            console.print(f"{chart.chart} of {chart.chart_date} has been added before: nothing to do", highlight=False)
    if failed:
        raise SystemExit("\n".join(f"{name}: {why}" for name, why in failed.items()))


def wait_for_extract(target: Target, names: Iterable[str], why_failed: WhyFailed, tell: Tell) -> dict[str, str]:
    """Wait until extract is done with each file; why it failed, for those on which it did."""
    ends = time.monotonic() + PATIENCE_SECONDS
    waiting = set(names)
    failed: dict[str, str] = {}
    while waiting:
        tell(f"extract: {len(waiting)} to go")
        listed = _s3(target).get_paginator("list_objects_v2").paginate(Bucket=target.bucket, Prefix=DROPPED)
        waiting &= {item["Key"].removeprefix(DROPPED) for page in listed for item in page.get("Contents", [])}
        late = time.monotonic() > ends
        failed |= {name: why for name in waiting if (why := why_failed(name) or (NO_ANSWER if late else None))}
        waiting -= failed.keys()
        time.sleep(LOOK_SECONDS)
    return failed


def show(console: Console, target: Target, charts: Iterable[CsvChart]) -> None:
    """Print what Athena now finds of each chart, and how to ask for more."""
    for chart in charts:
        sql = "SELECT entries_loaded FROM chart_load WHERE chart = ? AND chart_date = ?"
        loaded = ask(target.stack, sql, chart.chart, chart.chart_date).rows
        rows = loaded[0][0] if loaded else "no"
        console.print(f"{chart.chart} of {chart.chart_date}: {rows} rows", highlight=False)
    if not target.on_aws:
        console.print(f'\nAsk: make sql Q="{QUESTION}"', highlight=False, soft_wrap=True)


def _reason_version(target: Target, name: str) -> str | None:
    """Tells a new reason in quarantine from one that an earlier file of the name has left."""
    prefix = f"{QUARANTINE}{name}.reason.json"
    found = _s3(target).list_objects_v2(Bucket=target.bucket, Prefix=prefix).get("Contents", [])
    return found[0]["ETag"] if found else None


def _s3(target: Target) -> Any:
    return target.stack.client("s3")


if __name__ == "__main__":
    main(sys.argv[1:])
