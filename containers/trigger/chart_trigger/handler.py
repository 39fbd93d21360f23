"""Lambda entry point: start the pipeline for a batch of landed files.

The only module here that reads the environment or builds clients; nothing imports it.

A message is consumed only after an execution was started for it: by this delivery, or by an earlier one of the same
batch that did not fail. If the execution fails, the failure topic gets a message, and the next execution takes the
files too. Only an unreadable message is reported as failed, and ends in the dead-letter queue. Any other failure
raises, and SQS delivers the whole batch again.
"""

import os
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from chart_trigger.config import Config
from chart_trigger.errors import MessageError
from chart_trigger.events import landed_keys
from chart_trigger.executions import execution_name, start_pipeline

logger = Logger(service="chart-trigger")
config = Config.from_env(os.environ)
stepfunctions = boto3.client("stepfunctions")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Start one execution for all landed files of the batch; returns the messages that SQS is to deliver again."""
    message_ids, unreadable, files = [], [], 0
    for record in event["Records"]:
        try:
            keys = landed_keys(record)
        except MessageError as error:
            logger.error("message left for the dead-letter queue", error=str(error))
            unreadable.append(record["messageId"])
            continue
        if keys:
            message_ids.append(record["messageId"])
            files += len(keys)
    if message_ids:
        name = execution_name(message_ids)
        started = start_pipeline(stepfunctions, config.state_machine_arn, name, files)
        logger.info("execution started" if started else "execution exists already", execution=name, files=files)
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in unreadable]}
