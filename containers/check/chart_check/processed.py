"""The check that each chart and date with a file below ``raw/processed/`` is in the lake too."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from chart_check.athena import Athena
from chart_check.result import ROWS_AT_MOST, Row

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "raw/processed/"
# The transform's own names; it does not read other files there either.
CANONICAL = re.compile(
    r"chart_date=(?P<chart_date>\d{4}-\d{2}-\d{2})/"
    r"(?P<chart>[A-Za-z0-9_-]{1,64})\.(?P<fetched_at>\d{8}T\d{6}Z)\.[0-9a-f]{8}\.json(?P<bundle>l\.gz)?"
)
# Its key does not name the charts of a bundle: its date must have some.
OF_A_BUNDLE = "those of a bundle"
LOADED = "SELECT DISTINCT chart, chart_date FROM chart_load"


def processed_not_in_lake(s3: S3Client, bucket: str, athena: Athena, moved_until: datetime | None) -> list[Row]:
    """The charts and dates that were processed but are not loaded, newest first, at most ROWS_AT_MOST.

    The transform moves a file here only when the lake has it, but Athena sees a new date only after the next crawl.
    Files moved after ``moved_until``, the end of the transform, are left to the checks of a later run.
    """
    # First the files, then the lake: a listed file was loaded before.
    processed = _processed(s3, bucket, moved_until)
    loaded = {(row["chart_date"], row["chart"]) for row in athena.query(LOADED, {})}
    loaded |= {(chart_date, OF_A_BUNDLE) for chart_date, _chart in loaded}
    missing = sorted(sorted(processed - loaded), key=lambda it: it[0], reverse=True)
    return [
        {"chart": chart, "chart_date": chart_date, "action": _action(chart_date)}
        for chart_date, chart in missing[:ROWS_AT_MOST]
    ]


def _processed(s3: S3Client, bucket: str, moved_until: datetime | None) -> set[tuple[str, str]]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
    names = (
        CANONICAL.fullmatch(it["Key"].removeprefix(PREFIX))
        for page in pages
        for it in page.get("Contents", [])
        if moved_until is None or it["LastModified"] <= moved_until
    )
    return {
        (name["chart_date"], OF_A_BUNDLE if name["bundle"] else name["chart"])
        for name in names
        if name and _has_real_times(name)
    }


def _has_real_times(name: re.Match[str]) -> bool:
    try:
        date.fromisoformat(name["chart_date"])
        datetime.fromisoformat(name["fetched_at"])
    except ValueError:
        return False
    return True


def _action(chart_date: str) -> str:
    return f"rebuild {chart_date}: top50 reprocess --from {chart_date} --to {chart_date}"
