"""``top50 status``."""

from datetime import UTC
from typing import TYPE_CHECKING, Any

import click

from top50.cli import aws_stack_option

if TYPE_CHECKING:
    from top50.pipeline import Execution
    from top50.runs import Run
    from top50.stack import Stack

NOTHING = "-"
COLUMNS = ("started (UTC)", "state", "took", "files", "refused", "dates", "entries", "checks")
# Of a cause; all of it is in the Step Functions console.
CAUSE_TEXT = 1000


@click.command()
@click.option("--last", type=click.IntRange(1, 100), default=10, show_default=True, help="How many executions.")
@aws_stack_option
def status(last: int, stack: str) -> None:
    """Show what waits, and what the last executions of the pipeline did.

    \b
    Example: top50 status --last 3 --stack spotify-top50
    """
    from rich.table import Table

    from top50.pipeline import described, executions, messages
    from top50.runs import CHECKS, read_run
    from top50.show import console, count, drawn
    from top50.stack import Stack

    out = console()
    found = Stack.find(stack)
    out.print(found.place)
    events = messages(found, "LandedQueue")
    out.print(f"waiting: {count(events, 'event')} of landed files")
    for line in _left(found):
        out.print(line)
    newest_first = [described(found, execution) for execution in reversed(executions(found, last))]
    if not newest_first:
        to_come = "The pipeline starts when the batch's window is over" if events else "To extract now: top50 invoke"
        out.print(f"No execution yet. {to_come}")
        return
    runs = {execution.name: read_run(found, execution.name) for execution in newest_first}
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in COLUMNS:
        table.add_column(column, no_wrap=True, justify="left" if column == "state" else "right")
    for execution in newest_first:
        table.add_row(*_row(execution, runs[execution.name]))
    out.print()
    out.print(drawn(table, out.width))
    for execution in newest_first:
        if execution.cause:
            # The cause names the file with all results.
            is_removed = f"{execution.name}{CHECKS}" in execution.cause and runs[execution.name].checks is None
            note = " (its results were removed, as top50 verify does)" if is_removed else ""
            out.print(f"\n{execution.name}{note}: {execution.cause[:CAUSE_TEXT]}")


def _row(execution: "Execution", run: "Run") -> list[str]:
    started = execution.started.astimezone(UTC)
    took = f"{(execution.stopped - started).total_seconds():.0f} s" if execution.stopped else NOTHING
    return [f"{started:%Y-%m-%d %H:%M}", execution.status.lower(), took, *_summary(run.summary), _checks(run.checks)]


def _summary(summary: dict[str, Any] | None) -> list[str]:
    if summary is None:
        return [NOTHING] * 4
    return [
        str(summary["files_read"]),
        str(summary["files_quarantined"]),
        str(len(summary["dates_rewritten"])),
        f"{summary['rows'].get('chart_entry', 0):,}",
    ]


def _checks(checks: dict[str, Any] | None) -> str:
    if checks is None:
        return NOTHING
    return f"{checks['failed']} failed" if checks["failed"] else f"{checks['passed']} passed"


def _left(stack: "Stack") -> list[str]:
    """How many messages were not delivered, and what to do about them."""
    from top50.pipeline import DEAD_LETTERS, messages

    dead = sum(messages(stack, queue) for queue in DEAD_LETTERS)
    told = [f"dead letters: {dead}"]
    if dead:
        told[-1] += ". To give them to their functions again: top50 redrive"
    if dropped := messages(stack, "DroppedCsvQueue"):
        told.append(f"dropped CSVs that wait or will be tried again: {dropped}. To see why: top50 logs")
    if missed := messages(stack, "ScheduleDeadLetterQueue"):
        told.append(f"scheduled events that did not reach extract: {missed}. To extract now: top50 invoke")
    return told
