"""Rebuild dates of the lake from the raw files that are kept, through the state machine: catalog and checks follow."""

from collections.abc import Collection
from datetime import UTC, datetime

from top50.pipeline import Execution, start
from top50.stack import Stack


def start_rebuild(stack: Stack, first: str, last: str, drops: Collection[tuple[str, str]] = ()) -> Execution:
    """Start an execution for the dates ``first`` to ``last``, both included.

    ``drops`` are pairs of a date and a chart: what a date may lose. The job leaves a date as it is that would lose
    another.
    """
    event = {"reprocess_from": first, "reprocess_to": last}
    if drops:
        event["allow_drop"] = ",".join(f"{day}:{chart}" for day, chart in sorted(drops))
    return start(stack, f"reprocess-{first}-{last}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", event)
