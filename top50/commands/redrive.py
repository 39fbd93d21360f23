"""``top50 redrive``."""

import time
from typing import Any

import click

from top50.cli import aws_stack_option

SECONDS_BETWEEN_LOOKS = 1


@click.command()
@aws_stack_option
def redrive(stack: str) -> None:
    """Return dead letters to their queues, once what the functions failed on is fixed.

    \b
    Example: top50 redrive --stack spotify-top50
    """
    from top50.pipeline import DEAD_LETTERS
    from top50.show import count
    from top50.stack import Stack

    found = Stack.find(stack)
    sqs = found.client("sqs")
    moved = sum(_move(sqs, found.output(queue)) for queue in DEAD_LETTERS)
    click.echo(f"{count(moved, 'dead letter')} back in the queue: top50 status" if moved else "No dead letters.")


def _move(sqs: Any, url: str) -> int:
    """Move one queue's messages, and return how many they were."""
    from top50.errors import FailedError

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
