"""The pipeline at work: its executions, the messages that wait for it, and the end of both."""

import json
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from top50.errors import FailedError, RefusedError
from top50.stack import Stack

# The states of deploy/pipeline.asl.json, as the stages that a person cares about.
STAGE_OF_STATE = {
    "Transform": "transform",
    "GetSummary": "transform",
    "Reprocess": "transform",
    "StartCrawler": "crawl",
    "WaitForCrawler": "crawl",
    "GetCrawlerState": "crawl",
    "CountPoll": "crawl",
    "CrawlerDone": "crawl",
    "GetLastCrawl": "crawl",
    "CrawlSucceeded": "crawl",
    "Check": "check",
}
TO_PROCESSED, PROCESSED = "raw/to_processed/", "raw/processed/"
# The outputs for the dead letters of the trigger, and of extract for dropped CSVs.
DEAD_LETTERS = ("LandedDeadLetterQueue", "DroppedCsvDeadLetterQueue")
NEWEST = 100

Tell = Callable[[str], object]


@dataclass(frozen=True)
class Pace:
    """How often to look, and for how long nothing must have happened before it counts as the end."""

    look_seconds: float
    quiet_seconds: float


LOCAL = Pace(look_seconds=0.25, quiet_seconds=0)
# S3 sends an event some seconds after an object has landed, and SQS counts messages about as late.
AWS = Pace(look_seconds=2, quiet_seconds=30)


@dataclass(frozen=True)
class Execution:
    """One execution of the pipeline; ``cause`` says why it failed."""

    arn: str
    status: str
    started: datetime
    stopped: datetime | None = None
    cause: str = ""

    @property
    def name(self) -> str:
        """Its name, which is the transform's run id too."""
        return self.arn.rsplit(":", 1)[-1]

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.status == "RUNNING"


@dataclass
class Stages:
    """Where an execution is (``now``), and how many seconds each stage has taken."""

    now: str = ""
    seconds: dict[str, float] = field(default_factory=dict)


def executions(stack: Stack, newest: int = NEWEST) -> list[Execution]:
    """The ``newest`` executions, the oldest of them first. Why one failed is in ``described``."""
    client = stack.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=stack.output("Pipeline"), maxResults=newest)["executions"]
    found = [_execution(item) for item in listed]
    return sorted(found, key=lambda execution: execution.started)[-newest:]


def described(stack: Stack, execution: Execution) -> Execution:
    """The execution as it is now, with its cause."""
    return _execution(stack.client("stepfunctions").describe_execution(executionArn=execution.arn))


def _execution(item: dict[str, Any]) -> Execution:
    cause = ": ".join(filter(None, [item.get("error"), _message(item.get("cause", ""))]))
    return Execution(item["executionArn"], item["status"], item["startDate"], item.get("stopDate"), cause)


def _message(cause: str) -> str:
    """A cause that holds a job run or a function's error as JSON, cut down to the message in there."""
    before, brace, told = cause.partition("{")
    try:
        found = json.loads(brace + told)
    except ValueError:
        return cause
    message = found.get("ErrorMessage") or found.get("errorMessage")
    return f"{before}{message}" if message else cause


def stages(stack: Stack, execution: Execution) -> Stages:
    """Read the stages from the times at which the execution entered its states."""
    client = stack.client("stepfunctions")
    found, since = Stages(), None
    for event in client.get_execution_history(executionArn=execution.arn, maxResults=1000)["events"]:
        now = event["timestamp"].timestamp()
        if since is not None and found.now:
            found.seconds[found.now] = found.seconds.get(found.now, 0) + now - since
        since = now
        if entered := event.get("stateEnteredEventDetails"):
            found.now = STAGE_OF_STATE.get(entered["name"], "")
    return found


def start(stack: Stack, name: str, event: dict[str, str]) -> Execution:
    """Start an execution by hand."""
    client = stack.client("stepfunctions")
    started = client.start_execution(stateMachineArn=stack.output("Pipeline"), name=name, input=json.dumps(event))
    return Execution(started["executionArn"], "RUNNING", started["startDate"])


def start_rebuild(stack: Stack, first: str, last: str, drops: Collection[tuple[str, str]] = ()) -> Execution:
    """Start an execution for the dates ``first`` to ``last``, both included.

    ``drops`` are pairs of a date and a chart: what a date may lose. The job leaves a date as it is that would lose
    another.
    """
    listed = stack.client("s3").list_objects_v2(
        Bucket=stack.output("DataBucket"), Prefix=PROCESSED, StartAfter=f"{PROCESSED}chart_date={first}", MaxKeys=1
    )
    if not any(item["Key"] < f"{PROCESSED}chart_date={last}~" for item in listed.get("Contents", [])):
        raise no_raw_files(first, last)
    event = {"reprocess_from": first, "reprocess_to": last}
    if drops:
        event["allow_drop"] = ",".join(f"{day}:{chart}" for day, chart in sorted(drops))
    return start(stack, f"reprocess-{first}-{last}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", event)


def no_raw_files(first: str, last: str) -> RefusedError:
    """What a rebuild of dates without any ends with."""
    return RefusedError(f"nothing was rebuilt: there are no raw files of {span(first, last)}")


def span(first: str, last: str) -> str:
    """Two dates in words; of a single one that one."""
    return first if first == last else f"{first} to {last}"


def wait_until_quiet(
    stack: Stack, tell: Tell, pace: Pace, before: Collection[str] = (), timeout: float = float("inf")
) -> list[Execution]:
    """Wait until no event waits and no execution runs; ``tell`` hears what goes on.

    Returns the executions that are not among ``before`` (ARNs), the oldest first, with their causes. Raises
    FailedError after ``timeout`` seconds.
    """
    began = last_seen = time.monotonic()
    while True:
        waiting = messages(stack, "LandedQueue")
        running = [execution for execution in executions(stack) if execution.is_running]
        now = time.monotonic()
        if waiting or running:
            last_seen = now
        elif now - last_seen >= pace.quiet_seconds:
            break
        if now - began > timeout:
            raise FailedError(f"the pipeline has not ended after {timeout:.0f} seconds")
        tell(_doing(stack, running, waiting))
        time.sleep(pace.look_seconds)
    return [described(stack, execution) for execution in executions(stack) if execution.arn not in before]


def _doing(stack: Stack, running: list[Execution], waiting: int) -> str:
    if running:
        return stages(stack, running[-1]).now or "start"
    return f"events in the queue: {waiting}" if waiting else "waiting for events"


def wait_for(stack: Stack, execution: Execution, tell: Tell, pace: Pace) -> Execution:
    """Wait for the end of one execution."""
    while (now := described(stack, execution)).is_running:
        tell(stages(stack, now).now or "start")
        time.sleep(pace.look_seconds)
    return now


def messages(stack: Stack, queue: str) -> int:
    """About how many messages a queue holds, those in delivery too; ``queue`` is the name of an output."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = stack.client("sqs").get_queue_attributes(QueueUrl=stack.output(queue), AttributeNames=names)["Attributes"]
    return sum(int(count) for count in counts.values())


def landed_files(stack: Stack) -> list[str]:
    """Keys of files that have landed and have not been transformed, at most a thousand."""
    listed = stack.client("s3").list_objects_v2(Bucket=stack.output("DataBucket"), Prefix=TO_PROCESSED)
    return [item["Key"] for item in listed.get("Contents", [])]


def refuse_while_running(stack: Stack, because: str) -> None:
    """Raise RefusedError while an execution runs; ``because`` says what it would do."""
    for execution in executions(stack):
        if execution.is_running:
            raise RefusedError(f"execution {execution.name} is running, and {because}. Try again when it has ended")


def stop_on_failure(ended: Iterable[Execution]) -> None:
    """Raise FailedError with the cause of the first execution that failed."""
    for execution in ended:
        if execution.status != "SUCCEEDED":
            raise FailedError(f"execution {execution.name} {execution.status}: {execution.cause}".rstrip(": "))


def stop_on_files_left(stack: Stack) -> None:
    """Raise FailedError when files have landed and no execution took them, though nothing waits or runs."""
    left = landed_files(stack)
    if left:
        raise FailedError(
            f"no execution took what is in {TO_PROCESSED}, such as {left[0]}. Does the bucket's "
            "notification in the template name that prefix?"
        )
