"""Objects in a bucket."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlparse

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from chart_transform.errors import FileChangedError, TransformError
from chart_transform.stores import store
from chart_transform.stores.store import ListedFile


class S3Store:
    """A bucket, or the part of it below a prefix."""

    def __init__(self, uri: str) -> None:
        location = urlparse(uri)
        self.uri = uri
        self.bucket = location.netloc
        self.prefix = location.path.strip("/") + "/" if location.path.strip("/") else ""
        retries = Config(retries={"mode": "standard", "max_attempts": 5}, max_pool_connections=store.PARALLEL_REQUESTS)
        self.s3: Any = boto3.client("s3", config=retries)
        # The older boto3 of some Glue versions has no conditional deletion.
        delete = self.s3.meta.service_model.operation_model("DeleteObject").input_shape
        self._deletes_if_match = delete is not None and "IfMatch" in delete.members

    def __reduce__(self) -> tuple[Callable[[str], "S3Store"], tuple[str]]:
        """A client cannot be pickled: a process on an executor opens its own, once."""
        return _opened, (self.uri,)

    def list(self, prefix: str) -> list[ListedFile]:
        """See Store; empty objects that consoles and Spark create as folders are skipped."""
        return [
            ListedFile(item["Key"].removeprefix(self.prefix), item["ETag"], item["Size"], item["LastModified"])
            for item in self._objects(prefix)
            if not item["Key"].endswith("/")
        ]

    def read(self, key: str, version: str | None = None) -> bytes:
        """See Store."""
        condition = {} if version is None else {"IfMatch": version}
        with self._translated(key):
            answer = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + key, **condition)
            data: bytes = answer["Body"].read()
        return data

    def write(self, key: str, data: bytes) -> None:
        """See Store."""
        with self._translated(key):
            self.s3.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)

    def replace(self, source_key: str, target_key: str) -> None:
        """See Store."""
        self._copy(source_key, target_key)

    def move(self, key: str, version: str, target_key: str) -> None:
        """See Store; a copy, then a deletion, each only of the listed version."""
        self._copy(key, target_key, CopySourceIfMatch=version)
        condition = {"IfMatch": version} if self._deletes_if_match else {}
        with self._translated(key):
            self.s3.delete_object(Bucket=self.bucket, Key=self.prefix + key, **condition)

    def delete(self, prefix: str) -> None:
        """See Store."""
        keys = [{"Key": item["Key"]} for item in self._objects(prefix)]
        for start in range(0, len(keys), 1000):  # S3's limit for one request.
            answer = self.s3.delete_objects(
                Bucket=self.bucket, Delete={"Objects": keys[start : start + 1000], "Quiet": True}
            )
            if answer.get("Errors"):
                raise TransformError(f"cannot delete below {self.uri}/{prefix}: {answer['Errors'][0]}")

    def _objects(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix + prefix)
        with self._translated(prefix):
            for page in pages:
                yield from page.get("Contents", [])

    def _copy(self, source_key: str, target_key: str, **condition: str) -> None:
        source = {"Bucket": self.bucket, "Key": self.prefix + source_key}
        with self._translated(source_key):
            self.s3.copy_object(Bucket=self.bucket, Key=self.prefix + target_key, CopySource=source, **condition)

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in ("PreconditionFailed", "412"):
                raise FileChangedError(f"{self.uri}/{key} changed since it was listed") from error
            if code in ("NoSuchKey", "404"):
                raise FileNotFoundError(f"{self.uri}/{key}") from error
            raise TransformError(f"{self.uri}/{key}: {error}") from error


@cache
def _opened(uri: str) -> S3Store:
    return S3Store(uri)
