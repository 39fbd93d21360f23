"""What runs leave in the bucket's ``runs/``: the transform's summary, and the result of the checks."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from top50.stack import Stack

FOLDER = "runs/"
CHECKS = ".checks.json"


@dataclass(frozen=True)
class Run:
    """A run's own account of itself; a part that it did not come to is None."""

    summary: dict[str, Any] | None
    checks: dict[str, Any] | None


@dataclass(frozen=True)
class Totals:
    """What several runs did together; ``rows`` are counted by table, ``dates`` are those rewritten, in order."""

    files_read: int
    files_quarantined: int
    dates: list[str]
    rows: dict[str, int]
    checks: dict[str, Any] | None


def read_run(stack: Stack, run_id: str) -> Run:
    """Read both files; ``run_id`` is the execution's name."""
    return Run(_read(stack, f"{FOLDER}{run_id}.json"), _read(stack, f"{FOLDER}{run_id}{CHECKS}"))


def totals(runs: Iterable[Run]) -> Totals:
    """Add runs up; the checks are those of the last run that was checked."""
    runs = list(runs)
    summaries = [run.summary for run in runs if run.summary]
    rows: dict[str, int] = {}
    for summary in summaries:
        for table, count in summary["rows"].items():
            rows[table] = rows.get(table, 0) + count
    return Totals(
        files_read=sum(summary["files_read"] for summary in summaries),
        files_quarantined=sum(summary["files_quarantined"] for summary in summaries),
        dates=sorted({day for summary in summaries for day in summary["dates_rewritten"]}),
        rows=rows,
        checks=next((run.checks for run in reversed(runs) if run.checks), None),
    )


def newest_checks(stack: Stack) -> dict[str, Any] | None:
    """The newest result of the checks, with the time at which it was ``stored_at``; None when there is none."""
    stored = [item for item in stack.objects(FOLDER) if item["Key"].endswith(CHECKS)]
    if not stored:
        return None
    newest = max(stored, key=lambda item: (item["LastModified"], item["Key"]))
    return {**(_read(stack, newest["Key"]) or {}), "stored_at": newest["LastModified"]}


def _read(stack: Stack, key: str) -> dict[str, Any] | None:
    try:
        stored = stack.client("s3").get_object(Bucket=stack.output("DataBucket"), Key=key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchKey":
            return None
        raise
    content: dict[str, Any] = json.loads(stored)
    return content
