"""``make reprocess FROM= TO=``: rebuild dates of the lake from the raw files that are kept, with catalog and checks."""

import json
import time
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console

from chart_stack.errors import CommandError, FailedError
from chart_stack.runs import read_run
from chart_stack.stack import Stack
from chart_stack.status import why

SECONDS_BETWEEN_LOOKS = 2


def reprocess(stack: Stack, console: Console, first: str, last: str) -> None:
    """Start an execution for the dates ``first`` to ``last``, both included; wait, and print what it did."""
    _check_dates(first, last)
    client = stack.client("stepfunctions")
    started = client.start_execution(
        stateMachineArn=stack.output("Pipeline"),
        name=f"reprocess-{first}-{last}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        input=json.dumps({"reprocess_from": first, "reprocess_to": last}),
    )
    name = started["executionArn"].rsplit(":", 1)[-1]
    console.print(f"Execution {name} has started. Ctrl-C ends the waiting, not the execution: make status")
    ended = _ended(client, started["executionArn"])
    if ended["status"] != "SUCCEEDED":
        raise FailedError(f"execution {name} {ended['status']}: {why(ended)}")
    _show(console, stack, name)


def _check_dates(first: str, last: str) -> None:
    if not first or not last:
        raise CommandError("say which dates, both included: make reprocess FROM=2026-11-01 TO=2026-11-22")
    if _date("FROM", first) > _date("TO", last):
        raise CommandError(f"FROM={first} is after TO={last}: change them about")


def _date(name: str, text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    # fromisoformat reads 20261122 too, the job does not.
    if found is None or found.isoformat() != text:
        raise CommandError(f"{name}={text} is no date: write {name}=2026-11-22")
    return found


def _ended(client: Any, arn: str) -> dict[str, Any]:
    while True:
        execution: dict[str, Any] = client.describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return execution
        time.sleep(SECONDS_BETWEEN_LOOKS)


def _show(console: Console, stack: Stack, name: str) -> None:
    run = read_run(stack, name)
    summary, checks = run.summary or {}, run.checks or {}
    dates = summary.get("dates_rewritten", [])
    spread = f" ({dates[0]} to {dates[-1]})" if dates else ""
    rows = ", ".join(f"{count:,} {table}" for table, count in summary.get("rows", {}).items())
    console.print(f"files    {summary.get('files_read', 0)} read, {summary.get('files_quarantined', 0)} refused")
    console.print(f"dates    {len(dates)} rewritten{spread}")
    console.print(f"rows     {rows or 'none'}")
    console.print(f"checks   {checks.get('passed', 0)} passed, {checks.get('failed', 0)} failed")
