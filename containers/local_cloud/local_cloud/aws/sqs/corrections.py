"""What moto's SQS does and AWS's does not: it calls Lambda inside SendMessage, one message at a time."""

from typing import Any

from moto.sqs.models import Queue


def leave_delivery_to_pollers() -> None:
    """Let event source mappings be delivered by awslambda/event_sources.py alone."""
    moto_queue: Any = Queue
    # The functions that a queue would call by itself: always none.
    moto_queue.lambda_event_source_mappings = property(lambda _queue: {}, lambda _queue, _value: None)
