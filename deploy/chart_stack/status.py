"""``make status``: the last executions of the pipeline, what each did, and what waits."""

import json
from datetime import UTC
from typing import Any

from rich.console import Console
from rich.table import Table

from chart_stack.redrive import DEAD_LETTERS
from chart_stack.runs import Run, read_run
from chart_stack.stack import Stack

NOTHING = "-"
# Of a cause; all of it is in the Step Functions console.
CAUSE_TEXT = 300


def status(stack: Stack, console: Console, last: int) -> None:
    """Print a row for each of the ``last`` executions, why some failed, and the messages that wait."""
    executions = _executions(stack, last)
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("started (UTC)", "state", "took", "files", "refused", "dates", "entries", "checks", "execution"):
        table.add_column(column, no_wrap=True, justify="left" if column in ("state", "execution") else "right")
    for execution in executions:
        table.add_row(*_row(execution, read_run(stack, execution["name"])))
    if executions:
        console.print(table)
    else:
        console.print("No execution yet: `make invoke` extracts the charts of now.")
    for execution in executions:
        if execution["status"] not in ("SUCCEEDED", "RUNNING"):
            console.print(f"{execution['name']}: {why(execution)[:CAUSE_TEXT]}")
    console.print(f"\n{_waiting(stack)}")


def why(execution: dict[str, Any]) -> str:
    """The reason that DescribeExecution gives for an end, without the description of all that was not the reason."""
    told = [execution.get("error"), _message(execution.get("cause", ""))]
    return ": ".join(filter(None, told)) or str(execution["status"])


def _message(cause: str) -> str:
    """A cause with a job run or a function's error in it, as JSON, cut down to the message in there."""
    before, brace, described = cause.partition("{")
    try:
        found = json.loads(brace + described)
    except ValueError:
        return cause
    message = found.get("ErrorMessage") or found.get("errorMessage")
    return f"{before}{message}" if message else cause


def _executions(stack: Stack, last: int) -> list[dict[str, Any]]:
    client = stack.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=stack.output("Pipeline"), maxResults=last)["executions"]
    newest_first = sorted(listed, key=lambda it: it["startDate"], reverse=True)[:last]
    return [client.describe_execution(executionArn=it["executionArn"]) for it in newest_first]


def _row(execution: dict[str, Any], run: Run) -> list[str]:
    started = execution["startDate"].astimezone(UTC)
    took = f"{(execution['stopDate'] - started).total_seconds():.0f} s" if "stopDate" in execution else NOTHING
    return [
        f"{started:%Y-%m-%d %H:%M:%S}",
        execution["status"],
        took,
        *_summary(run.summary),
        _checks(run.checks),
        execution["name"],
    ]


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
    return NOTHING if checks is None else f"{checks['passed']} passed, {checks['failed']} failed"


def _waiting(stack: Stack) -> str:
    landed, dropped, missed, *dead = (
        _messages(stack, stack.output(queue))
        for queue in ("LandedQueue", "DroppedCsvQueue", "ScheduleDeadLetterQueue", *DEAD_LETTERS)
    )
    told = [f"events of landed files that wait: {landed}", f"dead letters: {sum(dead)}"]
    if sum(dead):
        told[-1] += " (`make redrive` gives them again to the function that failed on them)"
    if dropped:
        told.append(f"events of dropped CSVs that wait, or wait for their next try: {dropped} (`make logs` says why)")
    if missed:
        told.append(f"events of the schedule that did not reach extract: {missed} (`make invoke` extracts now)")
    return "\n".join(told)


def _messages(stack: Stack, queue_url: str) -> int:
    """About how many messages a queue holds, those in delivery too."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = stack.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in counts.values())
