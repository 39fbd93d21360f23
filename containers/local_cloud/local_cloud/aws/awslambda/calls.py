"""The calls that a function makes to AWS, one line of JSON each: who may do what is proved against them.

As CloudTrail would show them, with what names the resource and none of the contents.
"""

import json
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

# How the parameters end that requests name their resource by; and S3's condition on listing.
NAMES = ("Arn", "Bucket", "CopySource", "Id", "Key", "Name", "Prefix", "WorkGroup")


def record_calls(path: Path) -> None:
    """Append each call that this process makes through botocore to the file; for the rest of the process's life."""
    client_class: Any = BaseClient
    make_call = client_class._make_api_call

    def recorded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
        named = {name: value for name, value in parameters.items() if name.endswith(NAMES)}
        call = {"service": client.meta.service_model.service_name, "operation": operation, "parameters": named}
        # One write of one line: threads do not mix theirs.
        with path.open("a") as calls:
            calls.write(json.dumps(call) + "\n")
        return make_call(client, operation, parameters)

    client_class._make_api_call = recorded
