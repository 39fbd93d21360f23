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

from local_cloud.aws.operations import Operation, answer
from local_cloud.aws.s3_objects import Location, NoSuchObjectError, S3Object, holds_rows


class SavedLake:
    """What queries work on: ``kept`` is the saved catalogue, ``folder`` holds the objects of the stack's bucket."""

    def __init__(self, kept: Mapping[str, Any], folder: Path) -> None:
        self._outputs = kept["outputs"]
        self._workgroup = kept["workgroup"]
        self._tables = {table["Name"]: table for table in kept["tables"]}
        self._partitions = kept["partitions"]
        self._folder = folder
        self._made: dict[str, tuple[S3Object, bytes]] = {}

    def workgroup(self, name: str) -> dict[str, Any] | None:
        """The stack's workgroup; there is no other."""
        return self._workgroup["Configuration"] if name == self._workgroup["Name"] else None

    def databases(self) -> list[str]:
        """The stack's; there is no other."""
        return [self._outputs["Database"]]

    def tables(self, database: str) -> list[dict[str, Any]]:
        """All tables and views."""
        return list(self._tables.values())

    def table(self, database: str, name: str) -> dict[str, Any] | None:
        """One entry, if there is one of that name."""
        return self._tables.get(name)

    def partitions(self, database: str, name: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """The values and the storage descriptor of each of a table's partitions."""
        for values, own in self._partitions.get(name, []):
            yield values, self._tables[name]["StorageDescriptor"] | own

    def put_table(self, database: str, entry: dict[str, Any]) -> None:
        """Make a table or view, or replace the one of that name."""
        self._tables[entry["Name"]] = entry

    def delete_table(self, database: str, name: str) -> None:
        """Take a table or view out of the catalogue."""
        del self._tables[name]

    def has_bucket(self, name: str) -> bool:
        """Whether it is the stack's bucket."""
        return bool(name == self._outputs["DataBucket"])

    def listing(self) -> "SavedLake":
        """The folder itself: it is read when it is asked."""
        return self

    def data_files(self, location: Location) -> list[S3Object]:
        """The objects below a folder that hold a table's rows."""
        if not self.has_bucket(location.bucket):
            return []
        paths = sorted((self._folder / location.prefix).rglob("*"))
        found = [self._object(path) for path in paths if path.is_file()]
        found += [each for each, _body in self._made.values()]
        return [it for it in found if it.key.startswith(location.prefix) and holds_rows(it.key, it.size, location)]

    def read(self, file: S3Object) -> tuple[str, bytes]:
        """ETag and content."""
        if file.uri in self._made:
            return file.etag, self._made[file.uri][1]
        try:
            return file.etag, (self._folder / file.key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchObjectError(file.uri) from error

    def put(self, uri: str, body: bytes) -> None:
        """Keep an object in memory."""
        bucket, _slash, key = uri.removeprefix("s3://").partition("/")
        self._made[uri] = S3Object(bucket, key, uri, len(body), datetime.now(UTC)), body

    def _object(self, path: Path) -> S3Object:
        stat = path.stat()
        key, modified = path.relative_to(self._folder).as_posix(), datetime.fromtimestamp(stat.st_mtime, UTC)
        # In place of a hash of the content, for which all of it would have to be read.
        etag = f"{key} {stat.st_mtime_ns} {stat.st_size}"
        return S3Object(self._outputs["DataBucket"], key, etag, stat.st_size, modified)


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
