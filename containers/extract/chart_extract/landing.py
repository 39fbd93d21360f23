"""Where raw charts land on S3, and how a second delivery of an event is recognised.

A landed object's key derives from the event, and its metadata holds the event's time and a checksum of its songs: the
transform moves the object to another name, but copies the metadata with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random

from chart_extract.charts import Chart
from chart_extract.errors import LandingError
from chart_extract.moments import for_key, iso

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EVENT_TIME = "event-time"
SONGS = "songs-sha256"
LOOK_BACK = timedelta(days=7)  # A chart is compared with its last one only when that is at most this old.


def _name(key: str) -> str:
    return key.rpartition("/")[2]


def _code(error: BaseException) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


@contextmanager
def explained(bucket: str, key: str) -> Iterator[None]:
    """Raise LandingError with the object's name, and AWS's error as its cause."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise LandingError(f"s3://{bucket}/{key}", str(error)) from error


class LandingRequest(Protocol):
    """What names the landed objects: the event's time, and the date of the charts."""

    @property
    def time(self) -> datetime:
        """The event's time, which a retry repeats."""

    @property
    def chart_date(self) -> str:
        """The partition."""


class RawZone:
    """The raw objects of one request's date and of the week before, listed once."""

    def __init__(self, s3: S3Client, bucket: str, request: LandingRequest) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._event_time = iso(request.time)
        self._stamp = for_key(request.time)
        self._folder = f"raw/to_processed/chart_date={request.chart_date}/"
        self._landed = self._list("raw/to_processed/chart_date=", request)
        self._processed = self._list("raw/processed/chart_date=", request)
        self._processed_folder = f"raw/processed/chart_date={request.chart_date}/"

    def key(self, chart: Chart) -> str:
        """The key under which a chart of this request lands: the same for every delivery of its event."""
        return f"{self._folder}{chart.name}.{self._stamp}.json"

    def find(self, chart: Chart) -> str | None:
        """The key under which an earlier delivery of this event landed the chart, if it did."""
        if self.key(chart) in self._landed:
            return self.key(chart)
        candidates = [key for key in self._processed if key.startswith(f"{self._processed_folder}{chart.name}.")]
        # The newest first, because deliveries of one event follow each other closely.
        return next((key for key in reversed(candidates) if self._is_of_this_event(key)), None)

    def find_same(self, chart: Chart, *songs: str) -> str | None:
        """The key of the chart that landed last for this date, if it has one of these checksums."""
        last = self._last(chart)
        if last is None or not last.startswith((self._folder, self._processed_folder)):
            return None
        return last if self._has(last, *songs) else None

    def holds_last(self, chart: Chart, songs: str) -> bool:
        """Whether the chart that landed last, on this date or in the week before, has the same songs in order."""
        last = self._last(chart)
        return last is not None and self._has(last, songs)

    def put(self, chart: Chart, raw: bytes, songs: str) -> bool:
        """Land a chart; False when another delivery of this event was faster."""
        key = self.key(chart)
        with explained(self._bucket, key):
            try:
                self._put_if_absent(key, raw, songs)
            except ClientError as error:
                if _code(error) == "PreconditionFailed":
                    return False
                raise
        return True

    def rehearse(self) -> None:
        """Check with S3 that charts could land, and leave nothing behind.

        A multipart upload needs the right to put; started and aborted, it creates neither an object nor an event.
        """
        key = f"{self._folder}rehearsal.{self._stamp}.json"
        with explained(self._bucket, key):
            upload = self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType="application/json")
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload["UploadId"])

    # On two puts of one key at the same moment, S3 refuses one and asks to retry it.
    @retry(
        retry=retry_if_exception(lambda error: _code(error) == "ConditionalRequestConflict"),
        wait=wait_random(max=0.2),
        stop=stop_after_attempt(4),
        reraise=True,
    )
    def _put_if_absent(self, key: str, raw: bytes, songs: str) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=raw,
            ContentType="application/json",
            Metadata={EVENT_TIME: self._event_time, SONGS: songs},
            IfNoneMatch="*",
        )

    def _list(self, prefix: str, request: LandingRequest) -> list[str]:
        first = date.fromisoformat(request.chart_date) - LOOK_BACK
        with explained(self._bucket, prefix):
            pages = self._s3.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=prefix, StartAfter=f"{prefix}{first}/"
            )
            keys = (entry["Key"] for page in pages for entry in page.get("Contents", []))
            # For an event long past, later dates do not count.
            return list(takewhile(lambda key: key[len(prefix) :][:10] <= request.chart_date, keys))

    def _last(self, chart: Chart) -> str | None:
        keys = [key for key in (*self._processed, *self._landed) if _name(key).startswith(f"{chart.name}.")]
        # Without their prefixes, keys sort by date, then by the time after the chart's name.
        return max(keys, key=lambda key: key.partition("chart_date=")[2], default=None)

    def _has(self, key: str, *songs: str) -> bool:
        metadata = self._metadata(key)
        return metadata is not None and metadata.get(SONGS) in songs

    def _is_of_this_event(self, key: str) -> bool:
        metadata = self._metadata(key)
        return metadata is not None and metadata.get(EVENT_TIME) == self._event_time

    def _metadata(self, key: str) -> dict[str, str] | None:
        """The object's metadata; None when the object was removed since it was listed."""
        with explained(self._bucket, key):
            try:
                return self._s3.head_object(Bucket=self._bucket, Key=key)["Metadata"]
            except ClientError as error:
                # S3 may answer 403 for a missing object, because we may list only some prefixes and this call has
                # none. For an object that still exists, a 403 is a refusal.
                if _code(error) == "404" or (_code(error) == "403" and not self._is_there(key)):
                    return None
                raise

    def _is_there(self, key: str) -> bool:
        return bool(self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key, MaxKeys=1).get("Contents"))
