"""The objects of moto's S3, read in this process: a query over a year of partitions opens thousands."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.exceptions import MissingBucket
from moto.s3.models import FakeDeleteMarker, s3_backends


class NoSuchBucketError(Exception):
    """There is no bucket of that name."""


class NoSuchObjectError(Exception):
    """The object was deleted after it was listed."""


@dataclass(frozen=True)
class Location:
    """A folder on S3: everything whose key begins with ``prefix``, which ends with a slash or is empty."""

    bucket: str
    prefix: str

    @classmethod
    def parse(cls, uri: str) -> Self:
        """The folder that ``s3://bucket/some/folder`` names, with a slash at its end or not."""
        scheme, _separator, path = uri.partition("://")
        if scheme not in ("s3", "s3a", "s3n") or not path:
            raise ValueError(f"{uri} is not an S3 location")
        bucket, _slash, prefix = path.partition("/")
        return cls(bucket, prefix.rstrip("/") + "/" if prefix.rstrip("/") else "")

    @property
    def uri(self) -> str:
        """The folder as the catalogue writes it."""
        return f"s3://{self.bucket}/{self.prefix}"


@dataclass(frozen=True)
class S3Object:
    """One object, as it was when listed."""

    bucket: str
    key: str
    etag: str
    size: int
    modified: datetime

    @property
    def uri(self) -> str:
        """The object's address."""
        return f"s3://{self.bucket}/{self.key}"


class Listing:
    """What the buckets hold at one moment: each is listed once, however many folders are asked for."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def data_files(self, location: Location) -> list[S3Object]:
        """The objects that hold a table's rows: not folder markers, not names that begin with ``_`` or ``.``."""
        bucket = _bucket(location.bucket)
        if location.bucket not in self._names:
            self._names[location.bucket] = sorted(dict(bucket.keys))
        names = self._names[location.bucket]
        found = []
        for name in names[bisect_left(names, location.prefix) :]:
            if not name.startswith(location.prefix):
                break
            key = bucket.keys.get(name)
            if key is not None and not isinstance(key, FakeDeleteMarker) and _holds_rows(name, key, location):
                found.append(S3Object(location.bucket, name, key.etag, key.contentsize, key.last_modified))
        return found


def read(found: S3Object) -> tuple[str, bytes]:
    """ETag and content as they are now: an object may have been replaced since it was listed."""
    while True:
        key = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].head_object(found.bucket, found.key)
        if key is None:
            raise NoSuchObjectError(found.uri)
        try:
            return key.etag, key.value
        except ValueError:
            # Replaced between the two lines above: moto closes the old content. Take the new one.
            continue


def exists(bucket: str) -> bool:
    """Whether there is such a bucket."""
    try:
        _bucket(bucket)
    except NoSuchBucketError:
        return False
    return True


def _bucket(name: str) -> Any:
    try:
        return s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket(name)
    except MissingBucket as error:
        raise NoSuchBucketError(name) from error


def _holds_rows(name: str, key: Any, location: Location) -> bool:
    path = name[len(location.prefix) :].split("/")
    return key.contentsize > 0 and bool(path[-1]) and not any(part.startswith(("_", ".")) for part in path)
