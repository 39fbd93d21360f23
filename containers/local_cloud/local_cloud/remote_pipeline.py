"""The pipeline of a stack on AWS seen from outside, where queues only say about how much waits."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from botocore.config import Config

from local_cloud.cloud import InvocationError
from local_cloud.pipeline import Execution, waiting_messages
from local_cloud.queries import Stack

LOOK_SECONDS = 2.0
# S3 tells of a new object after some seconds, and SQS counts a message about as late.
QUIET_SECONDS = 30.0
# A check takes ten minutes at most; a second invocation would not help it.
PATIENT = Config(read_timeout=630, retries={"total_max_attempts": 1})


def execution_arns(stack: Stack) -> set[str]:
    """The newest executions, running or not; what is not among them later is new."""
    return {item["executionArn"] for item in _newest(stack)}


def wait_until_quiet(stack: Stack, before: set[str], tell: Callable[[str], None]) -> list[Execution]:
    """Wait until for QUIET_SECONDS no event has waited and no execution has run; ``tell`` hears what goes on.

    Returns the executions that are not among ``before``, the oldest first.
    """
    last_seen = time.monotonic()
    while time.monotonic() - last_seen < QUIET_SECONDS:
        waiting = waiting_messages(stack)
        running = [item["name"] for item in _newest(stack) if item["status"] == "RUNNING"]
        if running:
            tell(f"execution {running[0]} runs")
        elif waiting:
            tell(f"{waiting} events gathered")
        else:
            tell("no event waits, no execution runs")
        if running or waiting:
            last_seen = time.monotonic()
        time.sleep(LOOK_SECONDS)
    return [_ended(stack, item) for item in reversed(_newest(stack)) if item["executionArn"] not in before]


def csv_failures(stack: Stack, since: datetime) -> Callable[[str], str | None]:
    """What the extract function has logged since then: why it failed on a dropped CSV, by the file's name."""

    def why_failed(name: str) -> str | None:
        pages = (
            stack.client("logs")
            .get_paginator("filter_log_events")
            .paginate(
                logGroupName=f"/aws/lambda/{stack.outputs['ExtractFunction']}", startTime=int(since.timestamp() * 1000)
            )
        )
        lines = (event["message"] for page in pages for event in page["events"])
        told = (json.loads(line) for line in lines if '"chart failed"' in line)
        return next((str(line["error"]) for line in told if line.get("chart") == name), None)

    return why_failed


def _newest(stack: Stack) -> list[dict[str, Any]]:
    """A page of executions, the newest first."""
    listed = stack.client("stepfunctions").list_executions(stateMachineArn=stack.outputs["Pipeline"], maxResults=100)
    return sorted(listed["executions"], key=lambda item: item["startDate"], reverse=True)


def _ended(stack: Stack, item: dict[str, Any]) -> Execution:
    described = stack.client("stepfunctions").describe_execution(executionArn=item["executionArn"])
    cause = f"{described['error']}: {described.get('cause', '')}" if described.get("error") else ""
    return Execution(item["executionArn"], described["status"], cause)


def invoke(stack: Stack, output: str, event: dict[str, Any]) -> Any:
    """Invoke the function that the stack's output names; InvocationError when its handler raises."""
    client = stack.client("lambda", config=PATIENT)
    answer = client.invoke(FunctionName=stack.outputs[output], Payload=json.dumps(event).encode())
    payload = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        # Without a type when Lambda itself ended it, at its timeout for instance.
        raise InvocationError(f"{payload.get('errorType', 'Error')}: {payload['errorMessage']}")
    return payload
