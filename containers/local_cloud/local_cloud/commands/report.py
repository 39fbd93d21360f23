"""What a person sees of the lake and of the pipeline's work."""

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from rich.console import Console
from rich.table import Table

from local_cloud.cloud import RunningCloud
from local_cloud.pipeline import Execution
from local_cloud.queries import Stack, query

TOP10 = files("local_cloud.commands").joinpath("top10.sql").read_text()
TABLES = ("chart_entry", "song", "artist", "album", "song_artist", "chart_load")


def show_top10(console: Console, cloud: RunningCloud) -> None:
    """Print the SQL and what Athena answers: the newest ten of Global, with their movement."""
    console.print(TOP10.strip(), highlight=False, style="dim", soft_wrap=True)
    table = Table(box=None, padding=(0, 2, 0, 0), width=min(console.width, 110))
    table.add_column("#", justify="right", min_width=2)
    table.add_column("move", justify="right", min_width=4)
    table.add_column("song", no_wrap=True, ratio=1)
    table.add_column("artists", no_wrap=True, ratio=1)
    for row in query(cloud, TOP10).rows:
        table.add_row(*[value or "" for value in row])
    console.print()
    console.print(table)


def show_row_counts(console: Console, cloud: RunningCloud) -> None:
    """Print how many rows Athena counts in each table, and over how many dates."""
    counts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS n, count(DISTINCT chart_date) AS dates FROM {table}"  # noqa: S608
        for table in TABLES
    )
    answered = {str(name): (int(n or 0), int(dates or 0)) for name, n, dates in query(cloud, counts).rows}
    rows = ", ".join(f"{answered[table][0]:,} {table}" for table in TABLES)
    console.print(f"\nrows     {rows}; {answered['chart_entry'][1]} dates", highlight=False, soft_wrap=True)


def show_checks(console: Console, results: Iterable[dict[str, Any]]) -> None:
    """Print a line for all checks that hold, and each that does not with its first rows."""
    results = list(results)
    failed = [result for result in results if not result["passed"]]
    console.print(f"checks   {len(results) - len(failed)} passed, {len(failed)} failed", highlight=False)
    for result in failed:
        console.print(f"  failed: {result['name']}, {result['rows']} rows, such as", style="bold red")
        for row in result["sample"]:
            console.print(f"    {row}", highlight=False)


def show_seconds(console: Console, extract: float, executions: Iterable[Execution]) -> None:
    """Print how long each stage took, over all executions."""
    seconds = {"extract": extract}
    for execution in executions:
        for stage, spent in execution.seconds.items():
            seconds[stage] = seconds.get(stage, 0) + spent
    console.print("seconds  " + ", ".join(f"{stage} {spent:.0f}" for stage, spent in seconds.items()), highlight=False)


def show_outcome(console: Console, stack: Stack, executions: Iterable[Execution]) -> None:
    """Print what executions did, by their own summaries in ``runs/``, and the checks of the last one."""
    names = [execution.name for execution in executions]
    done = [summary for name in names if (summary := _stored(stack, f"runs/{name}.json"))]
    dates = sorted({day for summary in done for day in summary["dates_rewritten"]})
    spread = f" ({dates[0]} to {dates[-1]})" if dates else ""
    rows = ", ".join(f"{sum(summary['rows'][table] for summary in done):,} {table}" for table in TABLES)
    refused = sum(summary["files_quarantined"] for summary in done)
    console.print(f"files    {sum(summary['files_read'] for summary in done):,} read, {refused:,} refused")
    console.print(f"dates    {len(dates):,} rewritten{spread}")
    console.print(f"rows     {rows}")
    checked = [checks for name in names if (checks := _stored(stack, f"runs/{name}.checks.json"))]
    if checked:
        show_checks(console, checked[-1]["checks"])


def _stored(stack: Stack, key: str) -> dict[str, Any] | None:
    s3 = stack.client("s3")
    try:
        found: dict[str, Any] = json.loads(s3.get_object(Bucket=stack.outputs["DataBucket"], Key=key)["Body"].read())
    except s3.exceptions.NoSuchKey:
        return None
    return found
