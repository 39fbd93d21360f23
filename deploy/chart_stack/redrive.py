"""``make redrive``: give the trigger its dead letters once more, when what it failed on is mended."""

import time
from typing import Any

from rich.console import Console

from chart_stack.errors import FailedError
from chart_stack.stack import Stack

SECONDS_BETWEEN_LOOKS = 1


def redrive(stack: Stack, console: Console) -> None:
    """Move all dead letters back to their queue, and print how many there were."""
    sqs = stack.client("sqs")
    url = stack.output("LandedDeadLetterQueue")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"])
    arn, count = attributes["Attributes"]["QueueArn"], int(attributes["Attributes"]["ApproximateNumberOfMessages"])
    if not count:
        console.print("No dead letters.")
        return
    sqs.start_message_move_task(SourceArn=arn)
    task = _ended(sqs, arn)
    if task["Status"] != "COMPLETED":
        raise FailedError(f"SQS ended the move {task['Status']}: {task.get('FailureReason', 'no reason given')}")
    console.print(f"{task['ApproximateNumberOfMessagesMoved']} dead letters are back in their queue: make status")


def _ended(sqs: Any, arn: str) -> dict[str, Any]:
    """The newest move from this queue, when it is over."""
    while True:
        task: dict[str, Any] = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"][0]
        if task["Status"] not in ("RUNNING", "CANCELLING"):
            return task
        time.sleep(SECONDS_BETWEEN_LOOKS)
