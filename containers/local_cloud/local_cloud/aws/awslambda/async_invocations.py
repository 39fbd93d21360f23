"""Asynchronous invocations as Lambda makes them: accepted at once, tried again, and told to a destination if given up.

moto runs them while the caller waits, and forgets their errors. The waits between two attempts, a minute and two on
AWS, are left out.
"""

import json
import logging
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from moto.awslambda import models as moto_lambda

from local_cloud.aws.iam import LAMBDA
from local_cloud.aws.server import AwsServer

logger = logging.getLogger(__name__)

# Lambda's own, for a function without a configuration.
RETRIES = 2


@contextmanager
def asynchronous_invocations(aws: AwsServer) -> Iterator[None]:
    """Take over the invocations of type Event; the context ends when they have ended."""
    moto_function: Any = moto_lambda.LambdaFunction
    moto_invoke = moto_function.invoke

    def invoke(settings: Any, body: str, headers: Any, response_headers: Any) -> Any:
        if headers.get("x-amz-invocation-type") != "Event":
            return moto_invoke(settings, body, headers, response_headers)
        threads.submit(_run, aws, settings.function_name, body or "{}")
        return ""

    with ThreadPoolExecutor() as threads:
        moto_function.invoke = invoke
        try:
            yield
        finally:
            moto_function.invoke = moto_invoke


def _run(aws: AwsServer, function: str, event: str) -> None:
    client = aws.client("lambda")
    try:
        try:
            configuration = client.get_function_event_invoke_config(FunctionName=function)
        except client.exceptions.ResourceNotFoundException:
            configuration = {}
        attempts = 1 + configuration.get("MaximumRetryAttempts", RETRIES)
        for _attempt in range(attempts):
            answer = client.invoke(FunctionName=function, Payload=event)
            payload = json.loads(answer["Payload"].read())
            if "FunctionError" not in answer:
                return
        destination = configuration.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if destination:
            # A topic: SNS knows no other destination, and this ends below.
            message = json.dumps(_record(function, event, attempts, payload))
            role = client.get_function_configuration(FunctionName=function)["Role"]
            aws.as_role(role, LAMBDA).client("sns").publish(TopicArn=destination, Message=message)
    except Exception:
        # The caller has long had its answer: the log is the only place left.
        logger.exception("%s: an asynchronous invocation was lost", function)


def _record(function: str, event: str, attempts: int, error: Any) -> dict[str, Any]:
    """What Lambda tells a destination of an event that it gives up."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": attempts,
        },
        "requestPayload": json.loads(event),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    }
