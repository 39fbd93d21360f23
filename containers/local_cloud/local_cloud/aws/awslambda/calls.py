"""The calls that a function makes to AWS, one line of JSON each: who may do what is proved against them.

As CloudTrail would show them, with what names the resource and none of the contents.
"""

import json
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

# What the requests of the services that we use name their resource by, and S3's condition on listing.
NAMES = frozenset(
    {
        "Bucket",
        "CopySource",
        "DatabaseName",
        "Key",
        "Name",
        "Prefix",
        "QueryExecutionId",
        "SecretId",
        "TopicArn",
        "UploadId",
        "WorkGroup",
        "executionArn",
        "stateMachineArn",
    }
)


def record_calls(path: Path) -> None:
    """Append each call that this process makes through botocore to the file; for the rest of the process's life."""
    make_call = BaseClient._make_api_call  # type: ignore[attr-defined]

    def recorded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        named = {name: value for name, value in parameters.items() if name in NAMES}
        call = {"service": client.meta.service_model.service_name, "operation": operation, "parameters": named}
        # One write of one line: threads do not mix theirs.
        with path.open("a") as calls:
            calls.write(json.dumps(call) + "\n")
        return make_call(client, operation, parameters)

    BaseClient._make_api_call = recorded  # type: ignore[attr-defined]


def read_calls(path: Path) -> list[dict[str, Any]]:
    """What was recorded; nothing when the function has made no call."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
