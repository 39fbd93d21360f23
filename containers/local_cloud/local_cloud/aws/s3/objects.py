"""The objects of moto's S3, read in this process: a query over a year of partitions opens thousands."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any, Self

from local_cloud.aws.backends import backend


def parsed(uri: str) -> tuple[str, str]:
    """Bucket and key of an object, or bucket and prefix of a folder."""
    scheme, _separator, path = uri.partition("://")
    if scheme not in ("s3", "s3a", "s3n") or not path:
        raise ValueError(f"{uri} is not an S3 location")
    bucket, _slash, key = path.partition("/")
    return bucket, key


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
        bucket, prefix = parsed(uri)
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


def data_files(folders: list[Location]) -> list[list[S3Object]]:
    """For each folder the objects that hold a table's rows: what the buckets hold at one moment, each listed once."""
    names = {bucket: sorted(dict(_bucket(bucket).keys)) for bucket in {folder.bucket for folder in folders}}
    return [list(_data_files(folder, names[folder.bucket])) for folder in folders]


def _data_files(folder: Location, names: list[str]) -> Iterator[S3Object]:
    keys = _bucket(folder.bucket).keys
    for name in takewhile(lambda name: name.startswith(folder.prefix), names[bisect_left(names, folder.prefix) :]):
        key = keys.get(name)
        # Deleted since the names were listed, or a delete marker: there is nothing to read.
        size = getattr(key, "contentsize", 0)
        if holds_rows(name, size, folder):
            yield S3Object(folder.bucket, name, key.etag, size, key.last_modified)


def read(found: S3Object) -> tuple[str, bytes]:
    """ETag and content as they are now: an object may have been replaced since it was listed."""
    while True:
        key = backend("s3").head_object(found.bucket, found.key)
        if key is None:
            raise NoSuchObjectError(found.uri)
        try:
            return key.etag, key.value
        except ValueError:
            # Replaced between the two lines above: moto closes the old content. Take the new one.
            continue


def exists(bucket: str) -> bool:
    """Whether there is such a bucket."""
    return bucket in backend("s3").buckets


def holds_rows(key: str, size: int, location: Location) -> bool:
    """Whether an object below a table's folder holds rows: no folder marker, no name after ``_`` or ``.``."""
    path = key[len(location.prefix) :].split("/")
    return size > 0 and bool(path[-1]) and not any(part.startswith(("_", ".")) for part in path)


def _bucket(name: str) -> Any:
    if not exists(name):
        raise NoSuchBucketError(name)
    return backend("s3").buckets[name]
