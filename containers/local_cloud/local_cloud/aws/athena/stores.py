"""What queries work on: workgroups, a catalogue whose entries look as Glue shows them, and buckets.

The catalogue and the buckets are a running moto's, or those that a local cloud has kept in a folder.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.aws.backends import backend
from local_cloud.aws.s3 import objects
from local_cloud.aws.s3.objects import Location, NoSuchBucketError, NoSuchObjectError, S3Object, holds_rows, parsed

if TYPE_CHECKING:
    from local_cloud.aws.endpoint import AwsEndpoint


class SavedStore:
    """A lake that a local cloud has kept; what a query makes is there for the next one and then forgotten.

    ``kept`` is the saved catalogue, with one workgroup and one database; ``folder`` holds the bucket's objects.
    """

    def __init__(self, kept: Mapping[str, Any], folder: Path) -> None:
        self._outputs, self._workgroup, self._partitions = kept["outputs"], kept["workgroup"], kept["partitions"]
        self._tables = {table["Name"]: table for table in kept["tables"]}
        self._folder = folder
        self._made: dict[str, tuple[S3Object, bytes]] = {}

    def workgroup(self, name: str) -> dict[str, Any] | None:
        """The configuration of a workgroup, if there is one of that name."""
        return self._workgroup["Configuration"] if name == self._workgroup["Name"] else None

    def databases(self) -> list[str]:
        """The names of all databases."""
        return [self._outputs["Database"]]

    def tables(self, database: str) -> dict[str, dict[str, Any]]:
        """Everything in a database, tables and views, by name."""
        return self._tables

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
        """Whether there is such a bucket."""
        return bool(name == self._outputs["DataBucket"])

    def data_files(self, folders: list[Location]) -> list[list[S3Object]]:
        """For each folder the objects that hold a table's rows."""
        return [self._files(folder) for folder in folders]

    def read(self, file: S3Object) -> tuple[str, bytes]:
        """ETag and content as they are now: an object may have been replaced since it was listed."""
        if file.uri in self._made:
            return file.etag, self._made[file.uri][1]
        try:
            return file.etag, (self._folder / file.key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchObjectError(file.uri) from error

    def put(self, uri: str, body: bytes) -> None:
        """Write an object."""
        self._made[uri] = S3Object(*parsed(uri), uri, len(body), datetime.now(UTC)), body

    def _files(self, folder: Location) -> list[S3Object]:
        if not self.has_bucket(folder.bucket):
            raise NoSuchBucketError(folder.bucket)
        paths = sorted((self._folder / folder.prefix).rglob("*"))
        found = [self._object(path) for path in paths if path.is_file()]
        found += [each for each, _body in self._made.values() if each.key.startswith(folder.prefix)]
        return [each for each in found if holds_rows(each.key, each.size, folder)]

    def _object(self, path: Path) -> S3Object:
        stat, key = path.stat(), path.relative_to(self._folder).as_posix()
        # In place of a hash of the content, for which all of it would have to be read.
        etag, modified = f"{key} {stat.st_mtime_ns} {stat.st_size}", datetime.fromtimestamp(stat.st_mtime, UTC)
        return S3Object(self._outputs["DataBucket"], key, etag, stat.st_size, modified)


class MotoStore:
    """What a running moto holds. What queries make goes through its front door, so that S3's events are sent."""

    has_bucket = staticmethod(objects.exists)
    data_files = staticmethod(objects.data_files)
    read = staticmethod(objects.read)

    def __init__(self, aws: "AwsEndpoint") -> None:
        self._aws = aws

    def workgroup(self, name: str) -> dict[str, Any] | None:
        """The configuration of a workgroup, if there is one of that name."""
        found = backend("athena").get_work_group(name)
        return found["Configuration"] if found else None

    def databases(self) -> list[str]:
        """The names of all databases."""
        return sorted(backend("glue").databases)

    def tables(self, database: str) -> dict[str, dict[str, Any]]:
        """Everything in a database, tables and views, by name."""
        return {each.name: each.as_dict() for each in backend("glue").get_tables(database, None)}

    def partitions(self, database: str, name: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """The values and the storage descriptor of each of a table's partitions."""
        for each in list(backend("glue").get_table(database, name).partitions.values()):
            yield each.values, each.partition_input["StorageDescriptor"]

    def put_table(self, database: str, entry: dict[str, Any]) -> None:
        """Make a table or view, or replace the one of that name."""
        glue = self._aws.client("glue")
        put = glue.update_table if entry["Name"] in self.tables(database) else glue.create_table
        put(DatabaseName=database, TableInput=entry)

    def delete_table(self, database: str, name: str) -> None:
        """Take a table or view out of the catalogue."""
        self._aws.client("glue").delete_table(DatabaseName=database, Name=name)

    def put(self, uri: str, body: bytes) -> None:
        """Write an object."""
        bucket, key = parsed(uri)
        self._aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


Store = MotoStore | SavedStore
