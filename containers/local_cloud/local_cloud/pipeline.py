"""Watch the pipeline at work: what its state machine does now, how it ended, how long each stage took."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from local_cloud.cloud import RunningCloud
from local_cloud.queries import Stack, stack_of

# The states of deploy/pipeline.asl.json, as the stages that a person cares about.
STAGE_OF_STATE = {
    "Transform": "transform",
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
LOOK_SECONDS = 0.25


@dataclass
class Execution:
    """One execution of the pipeline."""

    arn: str
    status: str
    cause: str = ""
    # Seconds by stage: transform, crawl, check.
    seconds: dict[str, float] = field(default_factory=dict)
    stage: str = ""

    @property
    def name(self) -> str:
        """Its name, which is the transform's run id too."""
        return self.arn.rsplit(":", 1)[-1]


def executions(cloud: RunningCloud) -> list[Execution]:
    """All executions, the oldest first."""
    client = cloud.aws.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=cloud.outputs["Pipeline"])["executions"]
    found = []
    for item in sorted(listed, key=lambda item: item["startDate"]):
        described = client.describe_execution(executionArn=item["executionArn"])
        cause = f"{described.get('error', '')}: {described.get('cause', '')}" if described.get("error") else ""
        execution = Execution(item["executionArn"], described["status"], cause)
        _add_stages(execution, client.get_execution_history(executionArn=item["executionArn"], maxResults=1000))
        found.append(execution)
    return found


def _add_stages(execution: Execution, history: dict[str, list[dict[str, object]]]) -> None:
    """Fill in the stage it is in and the seconds of each, from the times at which states were entered."""
    since = None
    for event in history["events"]:
        details = event.get("stateEnteredEventDetails")
        now = event["timestamp"].timestamp()  # type: ignore[attr-defined]
        if since is not None and execution.stage:
            execution.seconds[execution.stage] = execution.seconds.get(execution.stage, 0) + now - since
        since = now
        if isinstance(details, dict):
            execution.stage = STAGE_OF_STATE.get(str(details["name"]), "")


def wait_until_done(cloud: RunningCloud, tell: Callable[[str], None], timeout: float = 900) -> list[Execution]:
    """Wait until no message waits and no execution runs; ``tell`` hears the stage. Returns all executions.

    Raises TimeoutError when that takes longer than ``timeout`` seconds.
    """
    ends = time.monotonic() + timeout
    while time.monotonic() < ends:
        waiting = waiting_messages(stack_of(cloud))
        known = executions(cloud)
        running = [execution for execution in known if execution.status == "RUNNING"]
        if not waiting and not running:
            return known
        tell(running[-1].stage or "start" if running else f"{waiting} events gathered")
        time.sleep(LOOK_SECONDS)
    raise TimeoutError(f"the pipeline has not ended after {timeout:.0f} seconds; its logs are in {cloud.logs}")


def waiting_messages(stack: Stack) -> int:
    """Events of landed files that no execution has been started for."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    queue = stack.outputs["LandedQueue"]
    counts = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in counts.values())


def landed_files(cloud: RunningCloud) -> list[str]:
    """Keys of files that have landed and have not been transformed, at most a thousand."""
    bucket = cloud.outputs["DataBucket"]
    listed = cloud.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix="raw/to_processed/")
    return [item["Key"] for item in listed.get("Contents", [])]
