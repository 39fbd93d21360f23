"""``top50 logs``."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from top50.cli import aws_stack_option

if TYPE_CHECKING:
    from top50.stack import Stack

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# All crawlers of an account write there, each to a stream of its own name; everything else has a group of the stack's.
OF_CRAWLERS = "/aws-glue/crawlers"


class Duration(click.ParamType[timedelta]):
    """A length of time such as 30m, 2h or 1d."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read it."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"([1-9]\d{0,4})([mhd])", value)
        if found is None:
            self.fail(f"{value} is not a length of time: write 30m, 2h or 1d.", param, ctx)
        return timedelta(**{UNITS[found[2]]: int(found[1])})


@click.command()
@click.option("--since", type=Duration(), default="1h", show_default=True, help="How far back: 30m, 2h, 1d.")
@click.option("--spark", is_flag=True, help="Glue's group error, too: Spark's log and the job's warnings.")
@aws_stack_option
def logs(since: timedelta, spark: bool, stack: str) -> None:
    """Print what functions, job, state machine and crawler logged, in order of time.

    \b
    Example: top50 logs --since 1d --stack spotify-top50
    """
    from top50.stack import Stack

    found = Stack.find(stack)
    start = max(datetime.now(UTC) - since, datetime.fromtimestamp(0, UTC))
    events = [
        (event, group) for group, wanted in _groups(found, spark) for event in _events(found, group, start, wanted)
    ]
    for event, group in sorted(events, key=lambda it: int(it[0]["timestamp"])):
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        click.echo(f"{moment:%Y-%m-%dT%H:%M:%S}Z {_label(found, group)}  {event['message'].rstrip()}")
    if not events:
        click.echo("Nothing was logged since then. To look further back: --since 1d; for Spark's log: --spark")


def _label(stack: "Stack", group: str) -> str:
    """What a line begins with: the end of its group's name, such as extract, pipeline, job error."""
    if group.startswith("/aws-glue/jobs/"):
        return f"job {group.rsplit('/', 1)[-1]}"
    return group.rsplit("/", 1)[-1].removeprefix(f"{stack.name}-")


def _groups(stack: "Stack", spark: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stack's log groups, and of a group that others write to as well the streams that are ours."""
    for group in stack.resources("AWS::Logs::LogGroup"):
        if spark or not group.endswith("/error"):
            yield group, {}
    if stack.output("CatalogMode") == "crawler":
        yield OF_CRAWLERS, {"logStreamNames": [stack.output("LakeCrawler")]}


def _events(stack: "Stack", group: str, start: datetime, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    client = stack.client("logs")
    pages = client.get_paginator("filter_log_events").paginate(
        logGroupName=group, startTime=int(start.timestamp() * 1000), **wanted
    )
    try:
        for page in pages:
            yield from page["events"]
    except client.exceptions.ResourceNotFoundException:
        # Glue makes the crawlers' group and a crawler's stream when it first writes.
        return
