"""What moto's SQS does and AWS's does not: it calls Lambda inside SendMessage, one message at a time."""

from typing import Any

from moto.sqs.models import Queue


class _Nobody:
    """The list of functions that a queue would call by itself: always empty."""

    def __get__(self, queue: Any, owner: type) -> dict[str, Any]:
        return {}

    def __set__(self, queue: Any, value: object) -> None:
        """Forget what moto would remember."""


def leave_delivery_to_pollers() -> None:
    """Let event source mappings be delivered by awslambda/event_sources.py alone."""
    moto_queue: Any = Queue
    moto_queue.lambda_event_source_mappings = _Nobody()
