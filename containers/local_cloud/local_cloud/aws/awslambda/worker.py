"""The inside of a Lambda's container: load the handler once, then answer events.

Started by process.py as ``python -m local_cloud.aws.awslambda.worker HANDLER PIPE``, with the function's own
environment. What the handler prints or logs goes to the function's log. Events come, and answers go, through the pipe
whose number is PIPE.
"""

import importlib
import json
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Context:
    """What Lambda tells a handler of its invocation (the context object of AWS's Python runtime)."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"

    def get_remaining_time_in_millis(self) -> int:
        """How long the handler may still run."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def load(handler: str) -> Handler:
    """The function that ``package.module.name`` means."""
    module, _dot, name = handler.rpartition(".")
    found: Handler = getattr(importlib.import_module(module), name)
    return found


def answer(handler: Handler, call: dict[str, Any]) -> dict[str, Any]:
    """Run the handler on one event: its result, or its error in the shape Lambda gives it."""
    context = Context(deadline=time.monotonic() + call.pop("seconds"), **call.pop("context"))
    try:
        return {"result": json.loads(json.dumps(handler(call["event"], context)))}
    except Exception as error:  # noqa: BLE001 - whatever it raised is the invocation's answer.
        traceback.print_exc()
        return {"error": describe(error)}


def describe(error: BaseException) -> dict[str, Any]:
    """An exception as Lambda reports it to whoever invoked the function."""
    return {
        "errorMessage": str(error),
        "errorType": type(error).__name__,
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def serve(handler: str, pipe: "Connection[Any, Any]") -> None:
    """Say ``ready`` once the handler is loaded, or why it cannot be; then answer calls until there are no more."""
    try:
        loaded = load(handler)
    except BaseException as error:  # noqa: BLE001 - a handler that cannot be loaded is an answer too.
        traceback.print_exc()
        pipe.send({"error": describe(error)})
        raise SystemExit(1) from None
    pipe.send({"ready": True})
    with suppress(EOFError):
        while True:
            pipe.send(answer(loaded, pipe.recv()))


if __name__ == "__main__":
    serve(sys.argv[1], Connection(int(sys.argv[2])))
