"""Removes what a verification made. Names alone tell what that is, so a later call can clean up, too."""

import json
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from top50.athena import TABLES
from top50.errors import FailedError
from top50.pipeline import Execution, Tell, executions, messages, wait_for, wait_until_quiet
from top50.purge.catalog import partitions, remove_partitions
from top50.runs import FOLDER, Run, read_run
from top50.show import count
from top50.stack import Stack
from top50.verify.chart import CHART, DATE_IN_KEY, OURS
from top50.verify.journey import Journey
from top50.versions import delete, listed

QUEUES = ("LandedDeadLetterQueue", "LandedQueue", "DroppedCsvDeadLetterQueue", "DroppedCsvQueue")


def landed(stack: Stack) -> list[dict[str, Any]]:
    """All versions and delete markers of the invented files in raw/."""
    found = listed(stack.client("s3"), stack.output("DataBucket"), "raw/")
    return [version for version in found if OURS.match(version["Key"])]


def clean_up(journey: Journey, tell: Tell, *, events_wait: bool) -> str:
    """Wait until no execution can write it again, remove all of it and say how much; FailedError if something stays.

    With ``events_wait``, an event of ours may still start an execution, or be left in a queue.
    """
    stack, known = journey.stack, {it.arn for it in executions(journey.stack)}
    with suppress(FailedError):
        wait_until_quiet(stack, tell, journey.pace, known, timeout=journey.patience if events_wait else 0)
    for execution in executions(stack):
        if execution.is_running:
            wait_for(stack, execution, tell, journey.pace)
    removed = _remove(journey)
    if events_wait and (left := remove_messages(stack)):
        raise FailedError(
            f"removed {removed}; {count(left, 'message')} in the queues may be ours, in delivery to a function"
        )
    return f"removed {removed}"


def _remove(journey: Journey) -> str:
    stack, s3, bucket = journey.stack, journey.stack.client("s3"), journey.stack.output("DataBucket")
    raw = landed(stack)
    days = {found[1] for it in raw if (found := OURS.match(it["Key"])) and found[1]}
    for key in (it["Key"] for it in stack.objects("raw/") if not OURS.match(it["Key"])):
        if (found := DATE_IN_KEY.search(key)) and found[1] in days:
            raise FailedError(
                "nothing was removed: another chart has landed for the same date. To remove ours: "
                f"top50 purge --chart {CHART} --date {found[1]} --stack {stack.name}"
            )
    prefixes = [f"lake/{table}/chart_date={day}/" for table in TABLES for day in days]
    prefixes += [f"athena/{query.id}" for query in journey.queries]
    prefixes += [place for run in _runs(stack, days, raw) for place in (f"{FOLDER}{run}.", f"staging/{run}/")]
    versions = [*raw, *(it for prefix in prefixes for it in listed(s3, bucket, prefix))]
    # Old versions first, so that none becomes visible again; raw files last, as a later call looks for them.
    versions.sort(key=lambda it: (it["IsLatest"], it["Key"].startswith("raw/")))
    dates = partitions(stack, days.__contains__)
    remove_partitions(stack, dates)
    delete(s3, bucket, [(it["Key"], it["VersionId"]) for it in versions])
    return f"{count(versions, 'version')} of objects, {count(sum(map(len, dates.values())), 'partition')}"


def _runs(stack: Stack, days: Collection[str], raw: Collection[dict[str, Any]]) -> list[str]:
    """The executions since our first file that did nothing but for our files."""
    began = min((version["LastModified"] for version in raw), default=None)
    since = [it for it in executions(stack) if began and (it.stopped is None or it.stopped >= began)]
    refused = [it["LastModified"] for it in raw if it["Key"].startswith("raw/quarantine/chart_date=")]
    return [it.name for it in since if _is_ours(it, read_run(stack, it.name), days, refused)]


def _is_ours(execution: Execution, run: Run, days: Collection[str], refused: Collection[datetime]) -> bool:
    """Whether a run rewrote no other dates and quarantined no other file.

    The check names the file. Where none ran, ours was ``refused`` at a moment of the execution.
    """
    if (summary := run.summary) is None:
        return True
    quarantined = summary["files_quarantined"]
    if quarantined == 0:
        only_ours = True
    elif run.checks:
        only_ours = quarantined == 1 and OURS.search(json.dumps(run.checks)) is not None
    else:
        # S3 keeps whole seconds.
        began, ended = execution.started.replace(microsecond=0), execution.stopped or datetime.now(UTC)
        only_ours = quarantined == 1 and any(began <= moment <= ended for moment in refused)
    return only_ours and not summary.get("dates_guarded") and set(summary["dates_rewritten"]) <= set(days)


def remove_messages(stack: Stack) -> int:
    """Delete our messages from the queues; returns how many stay: in delivery, or not ours."""
    sqs = stack.client("sqs")
    for queue in QUEUES:
        # Other messages are visible again after half a minute.
        asked = {"QueueUrl": stack.output(queue), "MaxNumberOfMessages": 10, "VisibilityTimeout": 30}
        while messages(stack, queue) and (batch := sqs.receive_message(**asked).get("Messages")):
            for message in (it for it in batch if OURS.search(unquote_plus(it["Body"]))):
                sqs.delete_message(QueueUrl=stack.output(queue), ReceiptHandle=message["ReceiptHandle"])
    return sum(messages(stack, queue) for queue in QUEUES)
