"""Bring files into the bucket, several at a time."""

from collections.abc import Sequence
from typing import Any

from chart_transform.errors import FileChangedError
from top50.backfill.judge import Chart, Refused, to_send
from top50.backfill.plan import Source
from top50.histories import at_once
from top50.pipeline import TO_PROCESSED
from top50.show import Advance


def send(source: Source, charts: Sequence[Chart], chart: str, s3: Any, bucket: str, advance: Advance) -> list[Refused]:
    """Put every chart under its key below ``raw/to_processed/``; returns those that changed since they were judged.

    A file is there whole or not at all, so that a backfill that was broken off goes on where it stopped.
    """

    def put(found: Chart) -> Refused | None:
        file = found.file
        try:
            data = to_send(source.read(file.key, file.version), file, chart)
        except (FileChangedError, FileNotFoundError):
            return Refused(file, "it changed after it was judged", "file", "run the same command again")
        s3.put_object(Bucket=bucket, Key=f"{TO_PROCESSED}{found.key}", Body=data)
        return None

    changed = []
    for done, refused in enumerate(at_once(put, charts), start=1):
        advance(done, len(charts))
        if refused:
            changed.append(refused)
    return changed
