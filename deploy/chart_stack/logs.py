"""``make logs``: what functions, state machine, job runs and crawler wrote lately, in order of time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from chart_stack.errors import CommandError
from chart_stack.stack import Stack

UNITS = {"m": "minutes", "h": "hours", "d": "days"}
# All crawlers of an account write there, each to a stream of its own name; everything else has a group of the stack's.
OF_CRAWLERS = "/aws-glue/crawlers"


def logs(stack: Stack, console: Console, since: str) -> None:
    """Print the lines of the last ``since`` (30m, 2h, 1d), the oldest first."""
    start = datetime.now(UTC) - _duration(since)
    events = [(event, group) for group, wanted in _groups(stack) for event in _events(stack, group, start, wanted)]
    for event, group in sorted(events, key=lambda it: int(it[0]["timestamp"])):
        moment = datetime.fromtimestamp(event["timestamp"] / 1000, UTC)
        console.print(f"{moment:%Y-%m-%dT%H:%M:%S}Z {_label(stack, group)}  {event['message'].rstrip()}")
    if not events:
        console.print(f"Nothing was logged in the last {since}: SINCE=1d looks further back.")


def _label(stack: Stack, group: str) -> str:
    """What a line begins with: the end of its group's name, such as extract, pipeline, job error."""
    if group.startswith("/aws-glue/jobs/"):
        return f"job {group.rsplit('/', 1)[-1]}"
    return group.rsplit("/", 1)[-1].removeprefix(f"{stack.name}-")


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9]\d{0,4})([mhd])", text)
    if found is None:
        raise CommandError(f"SINCE={text} is no length of time: write SINCE=30m, 2h or 1d")
    return timedelta(**{UNITS[found[2]]: int(found[1])})


def _groups(stack: Stack) -> Iterator[tuple[str, dict[str, Any]]]:
    """The stack's log groups, and of a group that others write to as well the streams that are ours."""
    for group in stack.resources("AWS::Logs::LogGroup"):
        yield group, {}
    if stack.output("CatalogMode") == "crawler":
        yield OF_CRAWLERS, {"logStreamNames": [stack.output("LakeCrawler")]}


def _events(stack: Stack, group: str, start: datetime, wanted: dict[str, Any]) -> Iterator[dict[str, Any]]:
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
