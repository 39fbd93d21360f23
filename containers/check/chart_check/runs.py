"""What runs write to ``runs/``: the transform's summary, and the result of the checks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chart_check.errors import RunSummaryError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

RESULT = ".checks.json"


@dataclass(frozen=True)
class RunSummary:
    """The parts of a summary that can be checked, and when it was written."""

    run_id: str
    dates_rewritten: tuple[str, ...]
    dates_guarded: tuple[str, ...]
    rows: Mapping[str, int]
    written_at: datetime
    seconds: float = 0


class Runs:
    """The ``runs/`` folder of the data bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def summary(self, run_id: str) -> RunSummary:
        """Read the summary of a run; RunSummaryError when there is none."""
        key = f"runs/{run_id}.json"
        place = f"s3://{self._bucket}/{key}"
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except self._s3.exceptions.NoSuchKey:
            raise RunSummaryError(
                f"{place} is missing: the transform writes it when it ends; look at the log of its Glue job"
            ) from None
        try:
            told = json.loads(answer["Body"].read())
            return RunSummary(
                run_id=run_id,
                dates_rewritten=tuple(told["dates_rewritten"]),
                dates_guarded=tuple(told.get("dates_guarded", ())),
                rows={str(table): int(count) for table, count in told["rows"].items()},
                written_at=answer["LastModified"],
                seconds=float(told.get("seconds", {}).get("total", 0)),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunSummaryError(f"{place} is not a summary of the transform ({error!r}): who wrote it?") from error

    def rewritten_after(self, run: RunSummary) -> set[str]:
        """The dates that other runs rewrote after this one ended."""
        dates: set[str] = set()
        for key in self._written_since(run.written_at):
            name = key.removeprefix("runs/").removesuffix(".json")
            if key.endswith(".json") and not key.endswith(RESULT) and name != run.run_id:
                # Other files there do not count.
                with suppress(RunSummaryError):
                    dates.update(self.summary(name).dates_rewritten)
        return dates

    def store_result(self, name: str, result: Mapping[str, Any]) -> str:
        """Write a result of the checks; returns its address."""
        key = f"runs/{name}{RESULT}"
        body = json.dumps(result, ensure_ascii=False, indent=1).encode()
        self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        return f"s3://{self._bucket}/{key}"

    def _written_since(self, moment: datetime) -> Iterator[str]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix="runs/")
        for page in pages:
            # S3 gives whole seconds: of two runs in one second, each may be the later one.
            yield from (it["Key"] for it in page.get("Contents", []) if it["LastModified"] >= moment)
