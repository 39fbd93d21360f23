"""Operations that this project answers itself, in front of moto's server."""

import json
import logging
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from botocore.session import Session

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

# What an operation is given and gives back: the request's and the answer's JSON, as boto3 shows them.
Operation = Callable[[dict[str, Any]], Mapping[str, Any]]


class AwsError(ClientError):
    """An error that the client gets as AWS would send it, such as EntityNotFoundException."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__({"Error": {"Code": code, "Message": message}}, "this operation")


def with_operations(app: "WSGIApplication", operations: Mapping[str, Operation]) -> "WSGIApplication":
    """Answer the operations by their ``X-Amz-Target`` (``AWSGlue.StartJobRun``); everything else is the app's.

    The mapping may grow while the server runs.
    """
    from werkzeug.wrappers import Request, Response

    def answered(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        operation = operations.get(environ.get("HTTP_X_AMZ_TARGET", ""))
        if operation is None:
            return app(environ, start_response)
        status, headers, body = answer(operation, Request(environ).get_data())
        return Response(body, status, headers)(environ, start_response)

    return answered


def client_of(service: str, operations: Mapping[str, Operation]) -> Any:
    """A client as boto3 makes it, whose requests are answered in this process; it opens no connection."""
    client = Session().create_client(
        service,
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nobody",  # noqa: S106 - it opens nothing.
    )

    def answered(model: Any, params: Any, **_event: Any) -> Any:
        status, headers, body = answer(operations[params["headers"]["X-Amz-Target"]], params["body"])
        answer_ = {"status_code": status, "headers": headers, "body": body}
        return SimpleNamespace(status_code=status), create_parser("json").parse(answer_, model.output_shape)

    client.meta.events.register("before-call", answered)
    return client


def answer(operation: Operation, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the response, as AWS sends them."""
    headers = {"x-amzn-RequestId": str(uuid.uuid4()), "Content-Type": "application/x-amz-json-1.1"}
    try:
        answered: Mapping[str, Any] = operation(json.loads(request or b"{}"))
        status = 200
    except ClientError as error:
        # moto's refusal of something that the operation asked for is the operation's own.
        code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
        answered, status = {"__type": code, "Message": message, "message": message}, 400
        headers["x-amzn-errortype"] = code
    except Exception as error:
        # A fault of ours must look like one of AWS's, or the client would wait for an answer that never comes.
        logger.exception("%s failed", operation)
        answered, status = {"__type": "InternalFailure", "message": f"{type(error).__name__}: {error}"}, 500
    return status, headers, json.dumps(answered, default=datetime.timestamp).encode()
