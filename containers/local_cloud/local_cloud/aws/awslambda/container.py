"""A Lambda function in a container of its own image, where Lambda's runtime interface emulator takes the events."""

import shlex
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from local_cloud.aws.awslambda.process import INIT_SECONDS, FunctionError
from local_cloud.aws.iam import LAMBDA
from local_cloud.aws.server import AwsServer
from local_cloud.dockerfile import handler_of

# Lambda's own path, and the emulator's only one.
INVOCATIONS = "/2015-03-31/functions/function/invocations"
# A container that is about to start refuses connections: 0.2, 0.4, 0.8 ... seconds, half a minute in all.
WHILE_IT_STARTS = Retry(total=None, connect=8, read=0, redirect=0, status=0, other=0, backoff_factor=0.1)


class LambdaContainer:
    """A function whose container listens at ``url``. It takes one event at a time: Lambda would start another."""

    def __init__(self, name: str, url: str, timeout: float) -> None:
        self.name = name
        self._url = url
        self._timeout = timeout
        self._session = requests.Session()
        self._session.mount(url, HTTPAdapter(max_retries=WHILE_IT_STARTS))
        self._one_at_a_time = threading.Lock()

    def invoke(self, event: object) -> Any:
        """The handler's result for this event; FunctionError when it has none."""
        with self._one_at_a_time:
            answered = self._session.post(f"{self._url}{INVOCATIONS}", json=event, timeout=INIT_SECONDS + self._timeout)
        try:
            payload = answered.json()
        except requests.JSONDecodeError:
            # The emulator says in plain words that the time is over.
            payload = {"errorType": "Sandbox.Timedout", "errorMessage": answered.text}
        # It marks errors in no other way than by their form.
        if isinstance(payload, dict) and {"errorType", "errorMessage"} <= payload.keys():
            raise FunctionError(self.name, payload)
        return payload

    def close(self) -> None:
        """Leave the container to whoever started it."""
        self._session.close()


def container_environments(aws: AwsServer, images: Mapping[str, Path]) -> dict[str, dict[str, str]]:
    """What Lambda would set in the container of each function of the deployed stack, by the name of its image's folder.

    ``images`` says for each image URI in which folder it is built.
    """
    client = aws.client("lambda")
    environments = {}
    for function in client.list_functions()["Functions"]:
        uri = client.get_function(FunctionName=function["FunctionName"])["Code"]["ImageUri"]
        environments[images[uri].name] = {
            **function.get("Environment", {}).get("Variables", {}),
            # The role's credentials and the region.
            **aws.as_role(function["Role"], LAMBDA).environment(),
            "AWS_LAMBDA_FUNCTION_NAME": function["FunctionName"],
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function["MemorySize"]),
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function["Timeout"]),
            "_HANDLER": handler_of(images[uri] / "Dockerfile"),
        }
    return environments


def write_environments(environments: Mapping[str, Mapping[str, str]], folder: Path) -> None:
    """Write each environment for a shell: ``. folder/extract.env``."""
    for image, environment in environments.items():
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in environment.items()]
        (folder / f"{image}.env").write_text("".join(lines))
