"""What the transform refused, from the reason files beside the files in quarantine."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chart_check.result import ROWS_AT_MOST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Not raw/quarantine/chart_csv/: the extract function reports those itself.
PREFIX = "raw/quarantine/chart_date="
REASON = ".reason.json"


def quarantined_since(s3: S3Client, bucket: str, since: datetime) -> list[dict[str, Any]]:
    """The reasons written since then, at most ROWS_AT_MOST: source_key, problem, place and action.

    Two runs at the same time each report what the other refused: better twice than never.
    """
    # S3 gives whole seconds: a file from the second of the start counts.
    since = since.replace(microsecond=0)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
    keys = [
        it["Key"]
        for page in pages
        for it in page.get("Contents", [])
        if it["Key"].endswith(REASON) and it["LastModified"] >= since
    ]
    return [_reason(s3, bucket, key) for key in keys[:ROWS_AT_MOST]]


def _reason(s3: S3Client, bucket: str, key: str) -> dict[str, Any]:
    told = _json(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return {name: told.get(name) for name in ("source_key", "problem", "place", "action")} | {"reason_file": key}


def _json(text: bytes) -> dict[str, Any]:
    # The file is reported even if a person has edited the note beside it.
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
