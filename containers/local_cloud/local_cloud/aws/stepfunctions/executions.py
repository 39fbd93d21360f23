"""What moto's Step Functions need to run state machines for real."""

import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_glue,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_cloud.aws.server import AwsServer

_moto_start_execution: Any = StepFunctionsParserBackend.start_execution


def _start_execution(backend: Any, state_machine_arn: str, name: str | None = None, *args: Any, **kwargs: Any) -> Any:
    """An execution that is given no name gets one, as on AWS; with moto it has none."""
    return _moto_start_execution(backend, state_machine_arn, name or str(uuid.uuid4()), *args, **kwargs)


_moto_sdk_task: Any = StateTaskServiceAwsSdk._eval_service_task


def _sdk_task(task: Any, env: Any, **kwargs: Any) -> None:
    """An object's content is text, as on AWS; moto leaves the stream there."""
    _moto_sdk_task(task, env=env, **kwargs)
    if "Body" in env.stack[-1]:
        env.stack[-1]["Body"] = env.stack[-1]["Body"].read().decode()


@contextmanager
def running_state_machines(aws: AwsServer) -> Iterator[None]:
    """Make executions run for as long as this lasts: moto by default only records that they were started."""
    # Where moto's interpreter sends the calls of a state machine's tasks.
    os.environ["MOTO_PORT"] = str(aws.port)
    # moto refuses ``glue:startJobRun.sync`` while it cleans up after it, unless this is listed (seen in moto 5.2.5).
    patterns: Any = state_task_service_glue._SUPPORTED_INTEGRATION_PATTERNS
    patterns.add(ResourceCondition.WaitForTaskToken)
    backend: Any = StepFunctionsParserBackend
    backend.start_execution = _start_execution
    sdk_task: Any = StateTaskServiceAwsSdk
    sdk_task._eval_service_task = _sdk_task
    # Errors of the SDK integrations are called Glue.CrawlerRunningException; moto knows that spelling of few services.
    state_task_service_aws_sdk._SERVICE_ERROR_NAMES["glue"] = "Glue"
    # It logs as errors what is none: a Choice that looks for a field which is not there.
    logging.getLogger("moto.stepfunctions.parser.asl").setLevel(logging.CRITICAL)
    aws.post("/moto-api/config", {"stepfunctions": {"execute_state_machine": True}})
    try:
        yield
    finally:
        # It is one setting for the whole process, and outlives the server.
        aws.post("/moto-api/config", {"stepfunctions": {"execute_state_machine": False}})
