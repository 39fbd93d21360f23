"""``make demo``: two weeks of three charts through everything that AWS will run, on this machine alone.

An invented Spotify stands in for the real one. The days before today come in one batch, today by itself.
"""

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from local_cloud import states
from local_cloud.cloud import LocalCloud, RunningCloud
from local_cloud.commands.report import show_checks, show_row_counts, show_seconds, show_top10
from local_cloud.pipeline import Execution, executions, landed_files, wait_until_done
from local_cloud.queries import stack_of
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn, chart_csv, csv_name
from local_cloud.spotify.remote import RemoteStandIn

StandIn = SpotifyStandIn | RemoteStandIn

CHARTS = "global,us,jp"
DAYS = 14


def main(argv: Sequence[str]) -> None:
    """Run the demo into ``.local_cloud/demo``, replacing the last one."""
    parser = argparse.ArgumentParser(prog="make demo", allow_abbrev=False)
    parser.add_argument("--date", type=_day, help="its last day, such as 2026-11-22; today unless told")
    parser.add_argument("--catalog", choices=("crawler", "projection"), default="crawler", help="CatalogMode")
    args = parser.parse_args(argv)
    console = Console()
    with states.kept_by_one(states.DEMO):
        for path in (states.DEMO / "bucket", states.DEMO / "logs"):
            shutil.rmtree(path, ignore_errors=True)
    with SpotifyStandIn() as spotify:
        parameters = {
            "Charts": CHARTS,
            "CatalogMode": args.catalog,
            "ProjectionFrom": f"{days_until(args.date)[0]:%Y-%m-%d}",
            "SpotifyApiUrl": spotify.api_url,
            "SpotifyAccountsUrl": spotify.accounts_url,
        }
        states.remember(states.DEMO, parameters)
        with LocalCloud(states.DEMO, parameters) as cloud, cloud.poll_queues():
            cloud.set_spotify_secret(CREDENTIALS)
            show(console, cloud, *run(console, cloud, spotify, args.date))
            # Not above: the image of docker compose, which runs the rest of this, does without the drawing library.
            from local_cloud.html_report.write import write_report

            file = write_report(stack_of(cloud), None, states.DEMO / "report.html")
            console.print(f"report   {file}", highlight=False, soft_wrap=True)
            console.print('\nAsk your own: make sql Q="select * from chart_load"', highlight=False)
            console.print(f"Add a CSV: make add-csv FILE={leave_csv(args.date)}", highlight=False, soft_wrap=True)


def leave_csv(last: date | None) -> Path:
    """Write Global's of the day before the last as the CSV that a person would download on it, for `make add-csv`."""
    for old in states.DEMO.glob("regional-*.csv"):
        old.unlink()
    day = days_until(last)[-1].date() - timedelta(days=1)
    file = states.DEMO / csv_name("global", day)
    file.write_bytes(chart_csv("global", day))
    return file


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2026-11-22") from None


def days_until(last: date | None) -> list[datetime]:
    """The demo's days, the last one today unless told: on one day all demos have the same charts."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    end = now if last is None else datetime.combine(last, now.timetz())
    return [end - timedelta(days=days_ago) for days_ago in reversed(range(DAYS))]


def run(
    console: Console, cloud: RunningCloud, spotify: StandIn, last: date | None = None
) -> tuple[float, list[Execution]]:
    """Extract and process all days; seconds spent extracting, and the pipeline's executions."""
    days = days_until(last)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        spent = process(progress, f"{DAYS - 1} days in one batch", cloud, spotify, days[:-1])
        spent += process(progress, "today", cloud, spotify, days[-1:])
    return spent, executions(cloud)


def process(progress: Progress, name: str, cloud: RunningCloud, spotify: StandIn, days: Sequence[datetime]) -> float:
    """Extract these days and wait until the pipeline has done with them; returns the seconds spent extracting."""
    task = progress.add_task(name, total=1)

    def tell(what: str) -> None:
        progress.update(task, description=f"{name}: {what}")

    started = time.monotonic()
    for day in days:
        tell(f"extract {day:%Y-%m-%d}")
        # It is that day at Spotify's.
        spotify.configure(date=f"{day:%Y-%m-%d}")
        cloud.fire_schedule(day)
    spent = time.monotonic() - started
    stop_on_failure(wait_until_done(cloud, tell))
    stop_on_files_left(cloud)
    progress.update(task, description=name, completed=1)
    return spent


def stop_on_failure(known: Iterable[Execution]) -> None:
    """End with the cause of the first execution that failed."""
    for execution in known:
        if execution.status != "SUCCEEDED":
            raise SystemExit(f"execution {execution.name} {execution.status}: {execution.cause}")


def stop_on_files_left(cloud: RunningCloud) -> None:
    """End when files have landed that nobody took: then no event of theirs has led to an execution."""
    left = landed_files(cloud)
    if left:
        raise SystemExit(
            f"nothing waits and nothing runs, yet {len(left)} files lie in raw/to_processed/, such as {left[0]}: "
            "does the template's notification tell the queue of that prefix?"
        )


def show(console: Console, cloud: RunningCloud, extract_seconds: float, known: list[Execution]) -> None:
    """Print what came of it."""
    show_top10(console, cloud)
    show_row_counts(console, cloud)
    key = f"runs/{known[-1].name}.checks.json"
    stored = cloud.aws.client("s3").get_object(Bucket=cloud.outputs["DataBucket"], Key=key)["Body"].read()
    show_checks(console, json.loads(stored)["checks"])
    show_seconds(console, extract_seconds, known)


if __name__ == "__main__":
    main(sys.argv[1:])
