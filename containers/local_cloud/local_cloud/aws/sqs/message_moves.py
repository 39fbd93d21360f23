"""What moto's SQS leaves out: moving dead letters back to the queue that they came from."""

from collections.abc import Mapping
from typing import Any

from local_cloud.aws.endpoint import AwsEndpoint
from local_cloud.aws.operations import AwsError, Operation

# SQS gives at most ten messages to one request.
MESSAGES_PER_RECEIVE = 10


def received(sqs: Any, queue_url: str, count: int = MESSAGES_PER_RECEIVE) -> list[dict[str, Any]]:
    """The messages that are in a queue now, with all that SQS says of them."""
    answer = sqs.receive_message(
        QueueUrl=queue_url,
        MaxNumberOfMessages=count,
        AttributeNames=["All"],
        MessageAttributeNames=["All"],
        WaitTimeSeconds=0,
    )
    return list(answer.get("Messages", []))


class MessageMoves:
    """Message move tasks; one is done when StartMessageMoveTask answers."""

    def __init__(self, aws: AwsEndpoint) -> None:
        self._sqs = aws.client("sqs")
        self._moves: list[dict[str, Any]] = []

    def operations(self) -> Mapping[str, Operation]:
        """What is answered in moto's place."""
        return {"AmazonSQS.StartMessageMoveTask": self.start, "AmazonSQS.ListMessageMoveTasks": self.tasks}

    def start(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """StartMessageMoveTask: every message of a dead-letter queue to its source."""
        queue = request["SourceArn"].rsplit(":", 1)[-1]
        source = str(self._sqs.get_queue_url(QueueName=queue)["QueueUrl"])
        destination = self._origin(source)
        moved = 0
        while messages := received(self._sqs, source):
            for message in messages:
                attributes = message.get("MessageAttributes", {})
                self._sqs.send_message(QueueUrl=destination, MessageBody=message["Body"], MessageAttributes=attributes)
                self._sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
                moved += 1
        task = {
            "Status": "COMPLETED",
            "SourceArn": request["SourceArn"],
            "ApproximateNumberOfMessagesMoved": moved,
        }
        self._moves.append(task)
        return {"TaskHandle": f"move-{len(self._moves)}"}

    def tasks(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """ListMessageMoveTasks: those from this queue, the newest first."""
        tasks = [task for task in reversed(self._moves) if task["SourceArn"] == request["SourceArn"]]
        return {"Results": tasks[: request.get("MaxResults", 1)]}

    def _origin(self, source: str) -> str:
        """The one queue whose dead letters go there. AWS knows each message's own; here there must be one only."""
        origins = self._sqs.list_dead_letter_source_queues(QueueUrl=source)["queueUrls"]
        if len(origins) != 1:
            message = f"{source} must be the dead-letter queue of one queue here, it is of {len(origins)}"
            raise AwsError("UnsupportedOperation", message)
        return str(origins[0])
