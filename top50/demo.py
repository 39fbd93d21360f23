"""The demo: two weeks of three charts, from an invented Spotify, through everything that AWS will run."""

import shutil
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from local_cloud.aws.endpoint import client_environment, turn_to
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn, chart_csv, csv_name
from local_cloud.spotify.remote import RemoteStandIn
from local_cloud.states import kept_by_one
from top50.errors import RefusedError
from top50.lakes import Lake, demo_lake
from top50.paths import command, shown
from top50.pipeline import LOCAL, PROCESSED, executions, stop_on_failure, stop_on_files_left, wait_until_quiet
from top50.report import write_report
from top50.runs import read_run, totals
from top50.show import can_ask, count, show_checks, show_rows, show_seconds, show_top10
from top50.stack import DEFAULT_NAME, Stack

StandIn = SpotifyStandIn | RemoteStandIn

CHARTS = "global,us,jp"
DAYS = 14
PATIENCE_SECONDS = 900
# Lists the raw files that the demo made; what is not in it was added.
MADE = "made.txt"
NAMED = 5
QUESTION = '"select * from chart_load"'


def days_until(last: date | None) -> list[datetime]:
    """The demo's days, the last one today by default: all demos of one day have the same charts."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    end = now if last is None else datetime.combine(last, now.timetz())
    return [end - timedelta(days=days_ago) for days_ago in reversed(range(DAYS))]


def on_this_machine(out: Console, days: Sequence[datetime], catalog: str, *, yes: bool) -> None:
    """Run it in a local cloud of its own, and keep the lake. RefusedError where a person must agree first."""
    _make_room(demo_lake({}), yes=yes)
    with ExitStack() as parts:
        spotify = parts.enter_context(SpotifyStandIn())
        parameters = {
            "Charts": CHARTS,
            "CatalogMode": catalog,
            # A day without charts, for `top50 verify`.
            "ProjectionFrom": f"{days[0] - timedelta(days=1):%Y-%m-%d}",
            **spotify.parameters,
        }
        lake = demo_lake(parameters)
        cloud = parts.enter_context(lake.cloud())
        lake.remember()
        parts.enter_context(cloud.poll_queues())
        cloud.set_spotify_secret(CREDENTIALS)
        stack = lake.stack(cloud)
        try:
            _run(out, stack, spotify, days)
        finally:
            (lake.folder / MADE).write_text("\n".join(item["Key"] for item in stack.objects(PROCESSED)))
        out.print(f"report   {shown(write_report(stack, None, lake.folder / 'report.html'))}")
    out.print(f"\nAsk your own: {command()} sql {QUESTION}")
    out.print(f"Add a CSV:    {command()} add-csv {shown(_leave_csv(lake, days))}")


def in_running_cloud(out: Console, cloud_url: str, spotify_url: str, days: Sequence[datetime]) -> None:
    """Run it in a local cloud that serves at ``cloud_url``, and say how to go on working with that."""
    turn_to(cloud_url)
    _run(out, Stack.find(DEFAULT_NAME), RemoteStandIn(spotify_url), days)
    out.print("\nThe cloud runs until `make down`. For top50, the AWS CLI and any boto3 program:")
    for name, value in client_environment(cloud_url).items():
        out.print(f"export {name}={value}")
    out.print(f"Then, for instance: {command()} sql --stack {DEFAULT_NAME} {QUESTION}")


def _make_room(lake: Lake, *, yes: bool) -> None:
    """Remove the last demo's lake; where charts were added to it, only if a person agrees."""
    added = added_charts(lake)
    if added and not yes:
        names = ", ".join(added[:NAMED]) + (", ..." if len(added) > NAMED else "")
        told = f"A new demo replaces the last one's lake, with {count(added, 'chart')} that you added ({names})"
        if not can_ask():
            raise RefusedError(f"{told}. To agree: top50 demo --yes")
        if not click.confirm(f"{told}. Go on?"):
            raise RefusedError("no demo was run: the lake is as it was")
    with kept_by_one(lake.folder):
        for path in (lake.bucket, lake.folder / "logs"):
            shutil.rmtree(path, ignore_errors=True)


def added_charts(lake: Lake) -> list[str]:
    """The charts in the last demo's lake that the demo did not make, such as ``us-daily of 2026-11-21``."""
    made = lake.folder / MADE
    known = set(made.read_text().splitlines()) if made.exists() else set()
    files = (
        path.relative_to(lake.bucket).as_posix() for path in (lake.bucket / PROCESSED).rglob("*") if path.is_file()
    )
    added = [key.removeprefix(PROCESSED).split("/") for key in files if key not in known]
    return sorted({f"{name.split('.')[0]} of {day.removeprefix('chart_date=')}" for day, name in added})


def _leave_csv(lake: Lake, days: Sequence[datetime]) -> Path:
    """Write Global's chart of the day before the last as the CSV that a person would download, for `add-csv`."""
    for old in lake.folder.glob("regional-*.csv"):
        old.unlink()
    day = days[-1].date() - timedelta(days=1)
    file = lake.folder / csv_name("global", day)
    file.write_bytes(chart_csv("global", day))
    return file


def _run(out: Console, stack: Stack, spotify: StandIn, days: Sequence[datetime]) -> None:
    """Extract and process all days, and print the results."""
    before = {execution.arn for execution in executions(stack)}
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=out) as progress:
        spent = _process(progress, f"{len(days) - 1} days in one batch", stack, spotify, days[:-1])
        spent += _process(progress, "today", stack, spotify, days[-1:])
    ended = [execution for execution in executions(stack) if execution.arn not in before]
    show_top10(out, stack)
    show_rows(out, stack)
    if checks := totals(read_run(stack, execution.name) for execution in ended).checks:
        show_checks(out, checks["checks"])
    show_seconds(out, stack, spent, ended)


def _process(progress: Progress, name: str, stack: Stack, spotify: StandIn, days: Sequence[datetime]) -> float:
    """Extract these days and wait until the pipeline has processed them; returns the seconds spent extracting."""
    task = progress.add_task(name, total=1)

    def tell(what: str) -> None:
        progress.update(task, description=f"{name}: {what}")

    started = time.monotonic()
    for day in days:
        tell(f"extract {day:%Y-%m-%d}")
        # The stand-in's date is that day.
        spotify.configure(date=f"{day:%Y-%m-%d}")
        stack.fire_schedule(day)
    spent = time.monotonic() - started
    stop_on_failure(wait_until_quiet(stack, tell, LOCAL, timeout=PATIENCE_SECONDS))
    stop_on_files_left(stack)
    progress.update(task, description=name, completed=1)
    return spent
