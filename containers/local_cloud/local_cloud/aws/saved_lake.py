"""A lake that a local cloud has kept, asked without a server: its catalogue is a file, its bucket a folder.

What a query makes is there for the next one and then forgotten.
"""

import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.session import Session

from local_cloud.aws.athena.catalog import Store
from local_cloud.aws.operations import Operation, answer
from local_cloud.aws.s3_objects import Location, NoSuchBucketError, NoSuchObjectError, S3Object, holds_rows


def saved_lake(kept: Mapping[str, Any], folder: Path) -> Store:
    """What queries work on: ``kept`` is the saved catalogue, ``folder`` holds the objects of the stack's bucket."""
    return _SavedLake(kept, folder)


class _SavedLake:
    """The stack's workgroup, database and bucket; there is no other."""

    def __init__(self, kept: Mapping[str, Any], folder: Path) -> None:
        self._outputs, self._workgroup, self._partitions = kept["outputs"], kept["workgroup"], kept["partitions"]
        self._tables = {table["Name"]: table for table in kept["tables"]}
        self._folder = folder
        self._made: dict[str, tuple[S3Object, bytes]] = {}

    def workgroup(self, name: str) -> dict[str, Any] | None:
        return self._workgroup["Configuration"] if name == self._workgroup["Name"] else None

    def databases(self) -> list[str]:
        return [self._outputs["Database"]]

    def tables(self, database: str) -> dict[str, dict[str, Any]]:
        return self._tables

    def partitions(self, database: str, name: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        for values, own in self._partitions.get(name, []):
            yield values, self._tables[name]["StorageDescriptor"] | own

    def put_table(self, database: str, entry: dict[str, Any]) -> None:
        self._tables[entry["Name"]] = entry

    def delete_table(self, database: str, name: str) -> None:
        del self._tables[name]

    def has_bucket(self, name: str) -> bool:
        return bool(name == self._outputs["DataBucket"])

    def data_files(self, folders: list[Location]) -> list[list[S3Object]]:
        return [self._files(folder) for folder in folders]

    def _files(self, folder: Location) -> list[S3Object]:
        if not self.has_bucket(folder.bucket):
            raise NoSuchBucketError(folder.bucket)
        paths = sorted((self._folder / folder.prefix).rglob("*"))
        found = [self._object(path) for path in paths if path.is_file()]
        found += [each for each, _body in self._made.values() if each.key.startswith(folder.prefix)]
        return [each for each in found if holds_rows(each.key, each.size, folder)]

    def _object(self, path: Path) -> S3Object:
        stat = path.stat()
        key, modified = path.relative_to(self._folder).as_posix(), datetime.fromtimestamp(stat.st_mtime, UTC)
        # In place of a hash of the content, for which all of it would have to be read.
        etag = f"{key} {stat.st_mtime_ns} {stat.st_size}"
        return S3Object(self._outputs["DataBucket"], key, etag, stat.st_size, modified)

    def read(self, file: S3Object) -> tuple[str, bytes]:
        if file.uri in self._made:
            return file.etag, self._made[file.uri][1]
        try:
            return file.etag, (self._folder / file.key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchObjectError(file.uri) from error

    def put(self, uri: str, body: bytes) -> None:
        bucket, _slash, key = uri.removeprefix("s3://").partition("/")
        self._made[uri] = S3Object(bucket, key, uri, len(body), datetime.now(UTC)), body


def client_of(service: str, operations: Mapping[str, Operation]) -> Any:
    """A client as boto3 makes it, whose requests are answered in this process; it opens no connection."""
    client = Session().create_client(
        service,
        endpoint_url="http://localhost",
        region_name="us-east-1",
        aws_access_key_id="nobody",
        aws_secret_access_key="nobody",  # noqa: S106 - it opens nothing.
    )

    def answered(request: Any, **_event: Any) -> Any:
        target = request.headers["X-Amz-Target"]
        target = target.decode() if isinstance(target, bytes) else target
        status, headers, body = answer(operations[target], request.body)
        named: Any = HeadersDict(headers)
        return AWSResponse(request.url, status, named, _Body(body))

    client.meta.events.register("before-send", answered)
    return client


class _Body(io.BytesIO):
    """As botocore reads the body of a response."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()
