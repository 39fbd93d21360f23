"""Asynchronous invocations as Lambda makes them: accepted at once, tried again, and told to a destination if given up.

moto runs them while the caller waits, and forgets their errors. The waits between two attempts, a minute and two on
AWS, are left out.
"""

import json
import logging
import threading
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from moto.awslambda import models as moto_lambda

from local_cloud.aws.endpoint import AwsEndpoint

logger = logging.getLogger(__name__)

# Lambda's own, for a function without a configuration.
RETRIES = 2


class AsyncInvocations:
    """Takes over the invocations of type Event while its context lasts, and ends when they have ended."""

    def __init__(self, aws: AwsEndpoint) -> None:
        self._aws = aws
        self._threads: list[threading.Thread] = []
        moto_function: Any = moto_lambda.LambdaFunction
        self._moto_function = moto_function
        self._moto_invoke = moto_function.invoke

    def __enter__(self) -> Self:
        def invoke(settings: Any, body: str, headers: Any, response_headers: Any) -> Any:
            if headers.get("x-amz-invocation-type") != "Event":
                return self._moto_invoke(settings, body, headers, response_headers)
            thread = threading.Thread(target=self._run, args=[settings.function_name, body], daemon=True)
            self._threads.append(thread)
            thread.start()
            return ""

        self._moto_function.invoke = invoke
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._moto_function.invoke = self._moto_invoke
        for thread in self._threads:
            thread.join()

    def _run(self, function: str, event: str) -> None:
        try:
            configuration = self._configuration(function)
            attempts = 1 + configuration.get("MaximumRetryAttempts", RETRIES)
            for _attempt in range(attempts):
                answer = self._aws.client("lambda").invoke(FunctionName=function, Payload=event or "{}")
                payload = json.loads(answer["Payload"].read())
                if "FunctionError" not in answer:
                    return
            destination = configuration.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
            if destination:
                self._tell(destination, _record(function, event, attempts, payload))
        except Exception:
            # The caller has long had its answer: the log is the only place left.
            logger.exception("%s: an asynchronous invocation was lost", function)

    def _configuration(self, function: str) -> Mapping[str, Any]:
        client = self._aws.client("lambda")
        try:
            found: Mapping[str, Any] = client.get_function_event_invoke_config(FunctionName=function)
        except client.exceptions.ResourceNotFoundException:
            return {}
        return found

    def _tell(self, destination: str, record: Mapping[str, Any]) -> None:
        service = destination.split(":")[2]
        if service != "sns":
            raise ValueError(f"no destination of {service} here, but of SNS only: {destination}")
        self._aws.client("sns").publish(TopicArn=destination, Message=json.dumps(record))


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
        "requestPayload": json.loads(event or "{}"),
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": error,
    }
