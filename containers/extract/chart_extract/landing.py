"""Where raw charts land on S3, and how a second delivery of an event is told from the first.

A landed object's key derives from the event, and its metadata holds the event's time: the transform moves
the object to another name, but copies the metadata with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from tenacity import retry, retry_if_exception, stop_after_attempt, wait_random

from chart_extract.charts import Chart
from chart_extract.errors import LandingError
from chart_extract.event import ExtractRequest
from chart_extract.moments import for_key, iso

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

EVENT_TIME = "event-time"


def _code(error: BaseException) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else ""


class RawZone:
    """The raw objects of one request's date, listed when it is made."""

    def __init__(self, s3: S3Client, bucket: str, request: ExtractRequest) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._event_time = iso(request.time)
        self._stamp = for_key(request.time)
        self._folder = f"raw/to_processed/chart_date={request.chart_date}/"
        self._landed = self._list(self._folder)
        self._processed = self._list(f"raw/processed/chart_date={request.chart_date}/")

    def key(self, chart: Chart) -> str:
        """Where this request's chart lands: the same for every delivery of its event."""
        return f"{self._folder}{chart.name}.{self._stamp}.json"

    def find(self, chart: Chart) -> str | None:
        """Where an earlier delivery of this event has landed the chart, if it has."""
        if self.key(chart) in self._landed:
            return self.key(chart)
        candidates = [key for key in self._processed if key.rpartition("/")[2].startswith(f"{chart.name}.")]
        # The newest first, since deliveries of one event follow each other.
        return next((key for key in reversed(candidates) if self._is_of_this_event(key)), None)

    def put(self, chart: Chart, raw: bytes) -> bool:
        """Land a chart; False when another delivery of this event was faster."""
        key = self.key(chart)
        with self._explained(key):
            try:
                self._put_if_absent(key, raw)
            except ClientError as error:
                if _code(error) == "PreconditionFailed":
                    return False
                raise
        return True

    def rehearse(self) -> None:
        """Ask S3 for what a landing needs, and leave nothing behind.

        An upload in parts needs the right to put; begun and given up, it makes neither an object nor an event.
        """
        key = f"{self._folder}rehearsal.{self._stamp}.json"
        with self._explained(key):
            upload = self._s3.create_multipart_upload(Bucket=self._bucket, Key=key, ContentType="application/json")
            self._s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload["UploadId"])

    # Two puts of one key at the same moment: S3 refuses one of them, and asks for another try.
    @retry(
        retry=retry_if_exception(lambda error: _code(error) == "ConditionalRequestConflict"),
        wait=wait_random(max=0.2),
        stop=stop_after_attempt(4),
        reraise=True,
    )
    def _put_if_absent(self, key: str, raw: bytes) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=raw,
            ContentType="application/json",
            Metadata={EVENT_TIME: self._event_time},
            IfNoneMatch="*",
        )

    def _list(self, prefix: str) -> list[str]:
        with self._explained(prefix):
            pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    def _is_of_this_event(self, key: str) -> bool:
        with self._explained(key):
            try:
                metadata = self._s3.head_object(Bucket=self._bucket, Key=key)["Metadata"]
            except ClientError as error:
                # Removed since it was listed. S3 may say so by 403: our right to list is bound to a prefix, and
                # this call has none. A 403 for an object that is still there is a refusal.
                if _code(error) == "404" or (_code(error) == "403" and key not in self._list(key)):
                    return False
                raise
        return metadata.get(EVENT_TIME) == self._event_time

    @contextmanager
    def _explained(self, key: str) -> Iterator[None]:
        """Say which object it was about, and keep AWS's error as the cause."""
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise LandingError(f"s3://{self._bucket}/{key}", str(error)) from error
