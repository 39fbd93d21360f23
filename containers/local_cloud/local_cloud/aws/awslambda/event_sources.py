"""From SQS to Lambda as AWS does it: batches and their window, partial failures, redelivery, dead letters.

moto keeps the mappings; their queues are polled here (sqs/ keeps moto from delivering by itself).
"""

import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any, Self

from local_cloud.aws.endpoint import REGION, AwsEndpoint
from local_cloud.aws.sqs.message_moves import MESSAGES_PER_RECEIVE, received

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.2


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

    def __init__(self, aws: AwsEndpoint) -> None:
        self._sqs = aws.client("sqs")
        self._lambda = aws.client("lambda")
        self.failures: list[Failure] = []
        self._closing = threading.Event()
        self._pollers: list[threading.Thread] = []

    def __enter__(self) -> Self:
        for mapping in self._lambda.list_event_source_mappings()["EventSourceMappings"]:
            name = f"event-source-{mapping['UUID']}"
            poller = threading.Thread(target=self._poll, args=[mapping], name=name, daemon=True)
            poller.start()
            self._pollers.append(poller)
        return self

    def __exit__(self, *_raised: object) -> None:
        self._closing.set()
        for poller in self._pollers:
            poller.join()

    def _poll(self, mapping: dict[str, Any]) -> None:
        queue_url = self._sqs.get_queue_url(QueueName=mapping["EventSourceArn"].rsplit(":", 1)[-1])["QueueUrl"]
        while not self._closing.is_set():
            batch = self._gather(queue_url, mapping)
            if batch:
                self._deliver(queue_url, mapping, batch)

    def _gather(self, queue_url: str, mapping: dict[str, Any]) -> list[dict[str, Any]]:
        """Messages until the batch is full or its window, which the first message opens, is over."""
        batch: list[dict[str, Any]] = []
        window_ends = float("inf")
        while len(batch) < mapping["BatchSize"] and not self._closing.is_set():
            wanted = min(mapping["BatchSize"] - len(batch), MESSAGES_PER_RECEIVE)
            messages = received(self._sqs, queue_url, wanted)
            if messages and not batch:
                window_ends = time.monotonic() + (mapping.get("MaximumBatchingWindowInSeconds") or 0)
            batch += messages
            if not messages:
                if time.monotonic() >= window_ends:
                    break
                self._closing.wait(POLL_SECONDS)
        return batch

    def _deliver(self, queue_url: str, mapping: dict[str, Any], batch: list[dict[str, Any]]) -> None:
        """Invoke the function; delete what it has dealt with, the rest comes again after the visibility timeout."""
        event = json.dumps({"Records": [_record(message, mapping["EventSourceArn"]) for message in batch]})
        answer = self._lambda.invoke(FunctionName=mapping["FunctionArn"], Payload=event.encode())
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            error = f"{payload.get('errorType')}: {payload.get('errorMessage')}"
            logger.warning("%s failed on %d messages: %s", mapping["FunctionArn"], len(batch), error)
            self.failures.append(Failure(event, error))
            return
        failed = _failed(payload, [message["MessageId"] for message in batch], mapping)
        for message in batch:
            if message["MessageId"] not in failed:
                self._sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])


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
