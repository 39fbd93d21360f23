"""One execution of the pipeline for one batch of messages."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from chart_trigger.errors import PipelineFailedError

# More often than SQS delivers a batch before it gives it up.
MOST_ATTEMPTS = 10


def execution_name(message_ids: Iterable[str]) -> str:
    """A name that is the batch's own: the same messages, delivered again, name the same execution."""
    fingerprint = hashlib.sha256("\n".join(sorted(message_ids)).encode()).hexdigest()
    return f"landed-{fingerprint[:32]}"


def start_pipeline(stepfunctions: Any, state_machine_arn: str, name: str, files: int) -> bool:
    """Start the execution; False when this batch has one that runs or went well. One that failed gets a successor.

    The files are not named in its input: the job lists what has landed, so that no event can be lost. Other refusals
    are raised, and SQS delivers again.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        attempt_name = name if attempt == 1 else f"{name}-{attempt}"
        try:
            stepfunctions.start_execution(
                stateMachineArn=state_machine_arn, name=attempt_name, input=json.dumps({"landed_files": files})
            )
        except stepfunctions.exceptions.ExecutionAlreadyExists:
            arn = f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{attempt_name}"
            if stepfunctions.describe_execution(executionArn=arn)["status"] in ("RUNNING", "SUCCEEDED"):
                return False
        else:
            return True
    raise PipelineFailedError(name, MOST_ATTEMPTS)
