"""What a verification has made, found by its chart's name alone, and removed: no call has to remember anything."""

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from top50.athena import TABLES, Query
from top50.errors import FailedError
from top50.pipeline import Pace, Tell, executions, messages, wait_for, wait_until_quiet
from top50.purge.catalog import partitions, remove_partitions
from top50.runs import FOLDER, read_run
from top50.show import count
from top50.stack import Stack
from top50.verify.chart import CHART, DATE_IN_KEY, OURS
from top50.versions import delete, listed

QUEUES = ("LandedDeadLetterQueue", "LandedQueue", "DroppedCsvDeadLetterQueue", "DroppedCsvQueue")
HIDDEN_SECONDS = 30
Versions = list[dict[str, Any]]


def settle(stack: Stack, tell: Tell, pace: Pace, patience: float) -> None:
    """Wait until no execution runs: one would write again what is removed. Events are waited for with ``patience``."""
    known = {execution.arn for execution in executions(stack)}
    with suppress(FailedError):
        wait_until_quiet(stack, tell, pace, known, timeout=patience)
    for execution in executions(stack):
        if execution.is_running:
            wait_for(stack, execution, tell, pace)


def landed(stack: Stack) -> Versions:
    """What lies in raw/ of a verification's own."""
    return [it for it in _versions(stack, "raw/") if OURS.match(it["Key"])]


def remove(stack: Stack, queries: Collection[Query] = ()) -> str:
    """Remove all of it but messages, and say what that was. FailedError when something stays."""
    raw = landed(stack)
    days = {found[1] for it in raw if (found := OURS.match(it["Key"])) and found[1]}
    if shared := sorted(days & _days_of_others(stack)):
        day = shared[0]
        raise FailedError(
            f"another chart of {day} has landed meanwhile, so its tables were left as they are. To remove {CHART} from "
            f"them: top50 purge --chart {CHART} --date {day} --stack {stack.name}"
        )
    prefixes = [f"athena/{query.id}" for query in queries]
    prefixes += [f"lake/{table}/chart_date={day}/" for table in TABLES for day in days]
    for run in _runs(stack, days, min(it["LastModified"] for it in raw)) if raw else []:
        prefixes += [f"{FOLDER}{run}.", f"staging/{run}/"]
    beside = [it for prefix in prefixes for it in _versions(stack, prefix)]
    # What nobody sees goes first, so that nothing comes to light again; last what a next call would look for.
    everything = sorted([*raw, *beside], key=lambda it: (it["IsLatest"], it["Key"].startswith("raw/")))
    before_last = sum(not (it["IsLatest"] and it["Key"].startswith("raw/")) for it in everything)
    _delete(stack, everything[:before_last])
    dates = partitions(stack, days.__contains__) if days else {}
    remove_partitions(stack, dates)
    _delete(stack, everything[before_last:])
    return f"{count(everything, 'version')} of objects, {count(sum(map(len, dates.values())), 'partition')}"


def remove_messages(stack: Stack) -> int:
    """Take our messages out of the queues; returns how many are left there, which are in delivery or not ours."""
    sqs = stack.client("sqs")
    left = 0
    for queue in QUEUES:
        url, others = stack.output(queue), []
        asked = {"QueueUrl": url, "MaxNumberOfMessages": 10, "VisibilityTimeout": HIDDEN_SECONDS}
        while messages(stack, queue) and (batch := sqs.receive_message(**asked).get("Messages", [])):
            for message in batch:
                if OURS.search(unquote_plus(message["Body"])):
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                else:
                    others.append(message["ReceiptHandle"])
        for handle in others:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        left += messages(stack, queue)
    return left


def _runs(stack: Stack, days: Collection[str], since: datetime) -> list[str]:
    """The executions since then that did nothing for other dates."""
    own = []
    for execution in executions(stack):
        if execution.stopped is None or execution.stopped >= since:
            summary = read_run(stack, execution.name).summary or {"dates_rewritten": []}
            own += [execution.name] if set(summary["dates_rewritten"]) <= set(days) else []
    return own


def _days_of_others(stack: Stack) -> set[str]:
    """The dates that other charts have files of, waiting or processed."""
    keys = (item["Key"] for item in stack.objects("raw/") if not OURS.match(item["Key"]))
    return {found[1] for key in keys if (found := DATE_IN_KEY.search(key))}


def _versions(stack: Stack, prefix: str) -> Versions:
    return list(listed(stack.client("s3"), stack.output("DataBucket"), prefix))


def _delete(stack: Stack, versions: Versions) -> None:
    delete(stack.client("s3"), stack.output("DataBucket"), [(it["Key"], it["VersionId"]) for it in versions])
