"""One execution of the pipeline for one batch of messages."""

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from chart_trigger.errors import PipelineFailedError

# More than SQS delivers a batch before the dead-letter queue gets it.
MOST_ATTEMPTS = 10


def execution_name(message_ids: Iterable[str]) -> str:
    """The name for a batch: the same messages, delivered again, give the same name."""
    fingerprint = hashlib.sha256("\n".join(sorted(message_ids)).encode()).hexdigest()
    return f"landed-{fingerprint[:32]}"


def start_pipeline(stepfunctions: Any, state_machine_arn: str, name: str, files: int) -> bool:
    """Start the execution; False when one of this batch is running or succeeded. A failed one gets a successor.

    Its input does not name the files: the job lists what has landed, so that a lost event does no harm. By
    ``landed_files`` the state machine knows ours. Other refusals are raised, and SQS delivers the batch again.
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
