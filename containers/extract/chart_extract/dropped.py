"""CSV files that a person drops into the bucket: which they are, and where they go afterwards.

raw/chart_csv/to_processed/<name>  dropped; S3 notifies the function
raw/chart_csv/processed/<name>     landed as a raw chart
raw/quarantine/chart_csv/<name>    not a chart, with <name>.reason.json beside it
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from botocore.exceptions import ClientError

from chart_extract.chart_csv import ChartCsvError
from chart_extract.errors import EventError
from chart_extract.landing import explained
from chart_extract.moments import iso

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOOK_UP = "look-up"  # In a file's metadata: "no" when its tracks are not to be looked up at Spotify.
DROPPED = "raw/chart_csv/to_processed/"
DONE = "raw/chart_csv/processed/"
QUARANTINE = "raw/quarantine/chart_csv/"


@dataclass(frozen=True)
class Drop:
    """One file that was dropped, and when."""

    key: str
    time: datetime

    @property
    def name(self) -> str:
        """The file's name."""
        return self.key.rpartition("/")[2]


def drops_in(event: object) -> list[Drop] | None:
    """The files that an S3 event names, sent directly or through a queue; None for any other event."""
    if not isinstance(event, Mapping) or "Records" not in event:
        return None
    try:
        return [_drop(record) for record in _s3_records(event["Records"])]
    except (AttributeError, KeyError, TypeError, ValueError):
        raise EventError("the event has Records, but they are not what S3 sends for new objects") from None


def _s3_records(records: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for record in records:
        if "body" in record:
            # When a notification is set up, S3 sends a test message without records.
            yield from json.loads(record["body"]).get("Records", [])
        else:
            yield record


def _drop(record: Mapping[str, Any]) -> Drop:
    key = unquote_plus(record["s3"]["object"]["key"])
    if not key.startswith(DROPPED):
        raise EventError(f"{key} is not below {DROPPED}: correct the bucket's notification")
    moment = datetime.fromisoformat(record["eventTime"]).astimezone(UTC)
    return Drop(key, moment.replace(microsecond=0))


def _quarantined(drop: Drop) -> str:
    return f"{QUARANTINE}{drop.name}"


class DropZone:
    """The dropped files of one bucket."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def read(self, drop: Drop) -> tuple[bytes, str, bool] | None:
        """Read a file, its ETag and whether its tracks are to be looked up.

        None when the file is gone, as on the second delivery of a message.
        """
        return self._read(drop.key)

    def finish(self, drop: Drop, etag: str) -> None:
        """Move a file that has landed to the processed ones."""
        self._move(drop, etag, f"{DONE}{drop.name}")

    def quarantine(self, drop: Drop, etag: str, error: ChartCsvError) -> str:
        """Move a file that is not a chart to quarantine, with the reason beside it; returns its new key."""
        reason = {
            "source_key": drop.key,
            "dropped_at": iso(drop.time),
            "problem": error.problem,
            "place": str(error.subject),
            "action": error.action,
            "line": error.line,
            "column": error.column,
        }
        key = f"{_quarantined(drop)}.reason.json"
        with explained(self._bucket, key):
            body = json.dumps(reason, ensure_ascii=False).encode()
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType="application/json")
        self._move(drop, etag, _quarantined(drop))
        return _quarantined(drop)

    def quarantined(self, drop: Drop) -> tuple[str, str] | None:
        """The file's key in quarantine and the reason, if an earlier delivery of the message put it there."""
        found = self._read(f"{_quarantined(drop)}.reason.json")
        reason = json.loads(found[0]) if found else {}
        if reason.get("dropped_at") != iso(drop.time):
            return None
        return _quarantined(drop), f"{reason['place']}: {reason['problem']}. {reason['action']}"

    def _read(self, key: str) -> tuple[bytes, str, bool] | None:
        with explained(self._bucket, key):
            # Listed first: we may list only some prefixes, so S3 answers 403 instead of 404 for a missing object.
            listed = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=key).get("Contents", [])
            if key not in [entry["Key"] for entry in listed]:
                return None
            found = self._s3.get_object(Bucket=self._bucket, Key=key)
            return found["Body"].read(), found["ETag"], found["Metadata"].get(LOOK_UP) != "no"

    def _move(self, drop: Drop, etag: str, target: str) -> None:
        with explained(self._bucket, target):
            try:
                self._s3.copy_object(
                    Bucket=self._bucket,
                    Key=target,
                    CopySource={"Bucket": self._bucket, "Key": drop.key},
                    CopySourceIfMatch=etag,
                )
                self._s3.delete_object(Bucket=self._bucket, Key=drop.key, IfMatch=etag)
            except ClientError as error:
                # Meanwhile another file of that name was dropped, and its own message will follow; or another delivery
                # of this message was faster.
                if error.response["Error"]["Code"] not in ("PreconditionFailed", "NoSuchKey"):
                    raise
