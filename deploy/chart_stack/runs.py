"""What a run left in the bucket's ``runs/``: the transform's summary, and the result of the checks."""

import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from chart_stack.stack import Stack


@dataclass(frozen=True)
class Run:
    """A run's own account of itself; a part that it did not come to is None."""

    summary: dict[str, Any] | None
    checks: dict[str, Any] | None


def read_run(stack: Stack, run_id: str) -> Run:
    """Read both files; ``run_id`` is the execution's name."""
    return Run(_read(stack, f"runs/{run_id}.json"), _read(stack, f"runs/{run_id}.checks.json"))


def _read(stack: Stack, key: str) -> dict[str, Any] | None:
    try:
        stored = stack.client("s3").get_object(Bucket=stack.output("DataBucket"), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    content: dict[str, Any] = json.loads(stored)
    return content
