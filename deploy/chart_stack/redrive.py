"""``make redrive``: give functions their dead letters once more, when what they failed on is mended."""

import time
from typing import Any

from rich.console import Console

from chart_stack.errors import FailedError
from chart_stack.stack import Stack

# Of the trigger, and of the extract function for dropped CSVs; the template's outputs.
DEAD_LETTERS = ("LandedDeadLetterQueue", "DroppedCsvDeadLetterQueue")
SECONDS_BETWEEN_LOOKS = 1


def redrive(stack: Stack, console: Console) -> None:
    """Move all dead letters back to their queues, and print how many there were."""
    sqs = stack.client("sqs")
    moved = sum(_move(sqs, stack.output(queue)) for queue in DEAD_LETTERS)
    console.print(f"{moved} dead letters are back in their queue: make status" if moved else "No dead letters.")


def _move(sqs: Any, url: str) -> int:
    """Move one queue's, and return how many they were."""
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
