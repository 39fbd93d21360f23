"""From SQS to Lambda as AWS does it: batches and their window, partial failures, redelivery, dead letters.

moto keeps the mappings; their queues are polled here (sqs/ keeps moto from delivering by itself).
"""

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError

from local_cloud.aws.endpoint import REGION
from local_cloud.aws.iam import LAMBDA
from local_cloud.aws.server import AwsServer
from local_cloud.aws.sqs.message_moves import MESSAGES_PER_RECEIVE, received

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2
SECONDS_AFTER_A_REFUSAL = 5


@dataclass(frozen=True)
class Failure:
    """A batch on which a function failed: the event that it was given, as JSON, and what it raised."""

    event: str
    error: str


class EventSources:
    """Polls the queues of all event source mappings while its context lasts.

    ``failures`` are the batches on which functions have failed so far. They come again after the queue's visibility
    timeout, for which nobody in front of a laptop waits.
    """

    def __init__(self, aws: AwsServer) -> None:
        self._aws = aws
        self._lambda = aws.client("lambda")
        self.failures: list[Failure] = []
        self._closing = threading.Event()
        self._pollers: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for mapping in self._lambda.list_event_source_mappings()["EventSourceMappings"]:
            name = f"event-source-{mapping['UUID']}"
            sqs, queue_url = self._queue(mapping)
            poller = threading.Thread(target=self._poll, args=[sqs, queue_url, mapping], name=name, daemon=True)
            poller.start()
            self._pollers.append(poller)
        return self

    def __exit__(self, *_raised: object) -> None:
        self._closing.set()
        for poller in self._pollers:
            poller.join()

    def _queue(self, mapping: dict[str, Any]) -> tuple[Any, str]:
        """A client with the rights of the function's role, and the queue's address."""
        name = mapping["EventSourceArn"].rsplit(":", 1)[-1]
        queue_url = self._aws.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
        role = self._lambda.get_function_configuration(FunctionName=mapping["FunctionArn"])["Role"]
        return self._aws.as_role(role, LAMBDA).client("sqs"), queue_url

    def _poll(self, sqs: Any, queue_url: str, mapping: dict[str, Any]) -> None:
        while not self._closing.is_set():
            try:
                if batch := self._gather(sqs, queue_url, mapping):
                    self._deliver(sqs, queue_url, mapping, batch)
            except ClientError as error:
                # As Lambda, which goes on until the role may poll again.
                logger.error("%s: %s", mapping["EventSourceArn"], error.response["Error"]["Message"])
                self._closing.wait(SECONDS_AFTER_A_REFUSAL)

    def _gather(self, sqs: Any, queue_url: str, mapping: dict[str, Any]) -> list[dict[str, Any]]:
        """Messages until the batch is full or its window, which the first message opens, is over."""
        batch: list[dict[str, Any]] = []
        window_ends = float("inf")
        while len(batch) < mapping["BatchSize"] and not self._closing.is_set():
            wanted = min(mapping["BatchSize"] - len(batch), MESSAGES_PER_RECEIVE)
            messages = received(sqs, queue_url, wanted)
            if messages and not batch:
                window_ends = time.monotonic() + (mapping.get("MaximumBatchingWindowInSeconds") or 0)
            batch += messages
            if not messages:
                if time.monotonic() >= window_ends:
                    break
                self._closing.wait(POLL_SECONDS)
        return batch

    def _deliver(self, sqs: Any, queue_url: str, mapping: dict[str, Any], batch: list[dict[str, Any]]) -> None:
        """Invoke the function; delete what it has dealt with, the rest comes again after the visibility timeout."""
        event = json.dumps({"Records": [_record(message, mapping["EventSourceArn"]) for message in batch]})
        answer = self._lambda.invoke(FunctionName=mapping["FunctionArn"], Payload=event.encode())
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            error = f"{payload.get('errorType')}: {payload.get('errorMessage')}"
            self.failures.append(Failure(event, error))
            # Ctrl-C ends the function's process too, a moment before it ends this context.
            if not self._closing.wait(POLL_SECONDS):
                logger.info("%s failed on %d messages: %s", mapping["FunctionArn"], len(batch), error)
            return
        failed = _failed(payload, [message["MessageId"] for message in batch], mapping)
        for message in batch:
            if message["MessageId"] not in failed:
                sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


def _failed(payload: Any, message_ids: list[str], mapping: dict[str, Any]) -> set[str]:
    """The messages that the function reports as failed. An answer Lambda cannot read fails the whole batch."""
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []) or not payload:
        return set()
    try:
        failed = {item["itemIdentifier"] for item in payload.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return set(message_ids)
    return failed if failed <= set(message_ids) else set(message_ids)


def _record(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    """A message as Lambda hands it to a function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }
