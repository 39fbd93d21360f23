"""The benchmark's question about growth: does a new date cost more in a full lake than in an empty one?"""

import datetime as dt
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

from arms import TRANSFORM, assert_loaded, timed
from generate import CHARTS, LAST_DAY
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from local_cloud.aws.server import AwsServer, client_environment
from local_cloud.spark.submit import submit_command

TABLES = ("chart_entry", "song", "artist", "album", "song_artist", "chart_load")
SECTION = """\
## A new date: {charts} charts into an empty lake, and into a full one

The full lake holds {days} other dates: {raw:,} files in `raw/processed/`, {lake:,} in `lake/`; their keys are as the
job writes them, their content is a few bytes, since no run reads them. *seconds* is the whole process on a local disk,
median of {runs} runs. *requests* is what a whole run asks of S3: three for each raw file, twelve for a date's tables,
and six more (`tests/glue_jobs/test_storage_calls.py`).

| lake | seconds | requests |
|---|---|---|
| empty | {empty_seconds:.1f} | {empty_requests:,} |
| full | {full_seconds:.1f} | {full_requests:,} |

```
seconds, full / empty: {seconds_ratio:.2f}
requests, full / empty: {requests_ratio:.3f}
```
"""


class CountedS3:
    """Stands in front of S3 and counts what it is asked."""

    def __init__(self) -> None:
        self.requests = 0
        self._lock = threading.Lock()

    def __call__(self, app: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap S3."""

        def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            with self._lock:
                self.requests += 1
            return app(environ, start_response)

        return answer


def keys_of_other_dates(days: int) -> Iterator[str]:
    """What loading all charts of the days before leaves behind."""
    for days_ago in range(1, days + 1):
        day = LAST_DAY - dt.timedelta(days=days_ago)
        for chart, _playlist_id in CHARTS:
            yield f"raw/processed/chart_date={day}/{chart}.{day:%Y%m%d}T230004Z.0a1b2c3d.json"
        for table in TABLES:
            yield f"lake/{table}/chart_date={day}/part-0.parquet"


def measure_new_date(generated: Path, work: Path, days: int, runs: int) -> str:
    """The section of the page; ``generated`` holds the new date's raw files."""
    empty, full = [], []
    for _run in range(runs):
        empty.append(seconds_on_folder(generated, work, other_dates=0))
        full.append(seconds_on_folder(generated, work, other_dates=days))
    empty_requests = requests_on_bucket(generated, work, other_dates=0)
    full_requests = requests_on_bucket(generated, work, other_dates=days)
    return SECTION.format(
        charts=len(CHARTS),
        days=days,
        raw=days * len(CHARTS),
        lake=days * len(TABLES),
        runs=runs,
        empty_seconds=median(empty),
        full_seconds=median(full),
        seconds_ratio=median(full) / median(empty),
        empty_requests=empty_requests,
        full_requests=full_requests,
        requests_ratio=full_requests / empty_requests,
    )


def seconds_on_folder(generated: Path, work: Path, other_dates: int) -> float:
    """Seconds of a run on a folder that holds other dates already."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(generated, work / "raw" / "to_processed")
    for key in keys_of_other_dates(other_dates):
        path = work / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("of another date")
    # What was just written is not the run's to bring to the disk.
    os.sync()
    arguments = ["--raw_path", str(work / "raw"), "--lake_path", str(work / "lake")]
    timing, printed = timed(submit_command(TRANSFORM, arguments, {}), {}, work / "output")
    assert_loaded(printed, generated)
    return timing.seconds


def requests_on_bucket(generated: Path, work: Path, other_dates: int) -> int:
    """What a run on a bucket that holds other dates already asks of S3."""
    counted = CountedS3()
    with AwsServer(wrap=counted) as aws:
        backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        backend.create_bucket("bench", "us-east-1")
        for path in generated.rglob("*.json"):
            backend.put_object("bench", f"raw/to_processed/{path.relative_to(generated).as_posix()}", path.read_bytes())
        for key in keys_of_other_dates(other_dates):
            backend.put_object("bench", key, b"of another date")
        arguments = ["--raw_path", "s3://bench/raw", "--lake_path", "s3://bench/lake"]
        command = submit_command(TRANSFORM, arguments, {})
        _timing, printed = timed(command, client_environment(aws.url), work / "output")
        asked = counted.requests
        aws.post("/moto-api/reset")
    assert_loaded(printed, generated)
    return asked
