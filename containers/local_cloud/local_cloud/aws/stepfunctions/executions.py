"""What moto's Step Functions need to run state machines for real."""

import logging
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.config import Config
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import (
    state_task_service_aws_sdk,
    state_task_service_glue,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.resource import ResourceCondition
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

from local_cloud.aws.iam import STATES
from local_cloud.aws.iam.arns import arn
from local_cloud.aws.iam.policies import Need
from local_cloud.aws.server import AwsServer

# As moto's own: an answer may take as long as a function runs, and retries are the definition's.
AS_IT_IS = Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=900)
_moto_start_execution: Any = StepFunctionsParserBackend.start_execution


def _start_execution(backend: Any, state_machine_arn: str, name: str | None = None, *args: Any, **kwargs: Any) -> Any:
    """An execution that is given no name gets one, as on AWS; with moto it has none."""
    return _moto_start_execution(backend, state_machine_arn, name or str(uuid.uuid4()), *args, **kwargs)


def _give_tasks_their_role(aws: AwsServer) -> None:
    """Let a state machine's tasks call ``aws`` with its role; moto has one client for all."""

    def client_for(service: str, state_credentials: Any, **_region: str) -> Any:
        role = state_credentials.role_arn

        def may_wait_and_stop(params: dict[str, Any], **_event: Any) -> None:
            # What ".sync" needs besides, by AWS's page "Start an AWS Glue job with Step Functions".
            job = arn("glue", f"job/{params['JobName']}")
            actions = ("GetJobRun", "GetJobRuns", "BatchStopJobRun")
            aws.roles.require(role, [Need(f"glue:{action}", job) for action in actions])

        client = aws.as_role(role, STATES).client(service, AS_IT_IS)
        client.meta.events.register("provide-client-params.glue.StartJobRun", may_wait_and_stop, unique_id="sync")
        return client

    for name, module in list(sys.modules.items()):
        if name.startswith("moto.stepfunctions.parser.asl.") and hasattr(module, "boto_client_for"):
            vars(module)["boto_client_for"] = client_for


_moto_sdk_task: Any = StateTaskServiceAwsSdk._eval_service_task


def _sdk_task(task: Any, env: Any, **kwargs: Any) -> None:
    """An object's content is text, as on AWS; moto leaves the stream there."""
    _moto_sdk_task(task, env=env, **kwargs)
    if "Body" in env.stack[-1]:
        env.stack[-1]["Body"] = env.stack[-1]["Body"].read().decode()


@contextmanager
def running_state_machines(aws: AwsServer) -> Iterator[None]:
    """Make executions run for as long as this lasts: moto by default only records that they were started."""
    _give_tasks_their_role(aws)
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
