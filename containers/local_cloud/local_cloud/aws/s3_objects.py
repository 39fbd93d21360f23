"""The objects of moto's S3, read in this process: a query over a year of partitions opens thousands."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self


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
            # Deleted since the names were listed, or a delete marker: there is nothing to read.
            size = getattr(key, "contentsize", 0)
            if key is not None and holds_rows(name, size, location):
                found.append(S3Object(location.bucket, name, key.etag, size, key.last_modified))
        return found


def read(found: S3Object) -> tuple[str, bytes]:
    """ETag and content as they are now: an object may have been replaced since it was listed."""
    while True:
        key = backend().head_object(found.bucket, found.key)
        if key is None:
            raise NoSuchObjectError(found.uri)
        try:
            return key.etag, key.value
        except ValueError:
            # Replaced between the two lines above: moto closes the old content. Take the new one.
            continue


def exists(bucket: str) -> bool:
    """Whether there is such a bucket."""
    return bucket in backend().buckets


def holds_rows(key: str, size: int, location: Location) -> bool:
    """Whether an object below a table's folder holds rows: no folder marker, no name after ``_`` or ``.``."""
    path = key[len(location.prefix) :].split("/")
    return size > 0 and bool(path[-1]) and not any(part.startswith(("_", ".")) for part in path)


def _bucket(name: str) -> Any:
    if not exists(name):
        raise NoSuchBucketError(name)
    return backend().buckets[name]


def backend() -> Any:
    """moto's S3."""
    # Not above: a saved lake is asked without moto, which takes half a second to load.
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    return s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
