"""Dead letters returned to the queue that they came from."""

import time
from typing import Any

from top50.errors import FailedError
from top50.stack import Stack

SECONDS_BETWEEN_LOOKS = 1


def move(stack: Stack, queue: str) -> int:
    """Move the messages of a queue (the name of its output), and return how many they were."""
    sqs, url = stack.client("sqs"), stack.output(queue)
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn", "ApproximateNumberOfMessages"])
    arn, count = attributes["Attributes"]["QueueArn"], int(attributes["Attributes"]["ApproximateNumberOfMessages"])
    if not count:
        return 0
    sqs.start_message_move_task(SourceArn=arn)
    task = _ended(sqs, arn)
    if task["Status"] != "COMPLETED":
        raise FailedError(f"SQS ended the move {task['Status']}: {task.get('FailureReason', 'no reason given')}")
    return int(task["ApproximateNumberOfMessagesMoved"])


def _ended(sqs: Any, arn: str) -> dict[str, Any]:
    """The newest move from this queue, when it is over."""
    while True:
        task: dict[str, Any] = sqs.list_message_move_tasks(SourceArn=arn, MaxResults=1)["Results"][0]
        if task["Status"] not in ("RUNNING", "CANCELLING"):
            return task
        time.sleep(SECONDS_BETWEEN_LOOKS)
