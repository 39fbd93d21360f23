"""What queries work on: workgroups, a catalogue whose entries look as Glue shows them, and buckets.

The catalogue and the buckets are a running moto's, or those that a local cloud has kept in a folder.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.backends import backend
from local_cloud.aws.iam import LAMBDA
from local_cloud.aws.iam.arns import on_database, on_table
from local_cloud.aws.iam.policies import Need
from local_cloud.aws.operations import AwsError
from local_cloud.aws.s3 import objects
from local_cloud.aws.s3.objects import Location, NoSuchBucketError, NoSuchObjectError, S3Object, holds_rows, parsed

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer


class SavedStore:
    """A lake that a local cloud has kept; what a query makes is there for the next one and then forgotten.

    ``kept`` is the saved catalogue, with one workgroup and one database; ``folder`` holds the bucket's objects.
    """

    def __init__(self, kept: Mapping[str, Any], folder: Path) -> None:
        self._outputs, self._workgroup, self._partitions = kept["outputs"], kept["workgroup"], kept["partitions"]
        self._tables = {table["Name"]: table for table in kept["tables"]}
        self._folder = folder
        self._made: dict[str, tuple[S3Object, bytes]] = {}

    def of_caller(self) -> "SavedStore":
        """The same: whoever asks a saved lake owns it."""
        return self

    def require_result(self, uri: str) -> None:
        """Everybody may read what a query wrote."""

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
    """What a running moto holds. What queries make goes through its front door, so that S3's events are sent.

    Athena reads and writes with the rights of the caller, ``role``; None is the account's owner. What it needs for a
    step is what AWS's pages on "fine-grained access to databases and tables" and "access to S3 from Athena" list.
    """

    has_bucket = staticmethod(objects.exists)

    def __init__(self, aws: "AwsServer", role: str | None = None) -> None:
        self._aws, self._role = aws, role
        self._caller = aws.as_role(role, LAMBDA) if role else aws

    def of_caller(self) -> "MotoStore":
        """The same, with the rights of the caller whose request is being answered."""
        from local_cloud.aws.iam.roles import CALLER

        return MotoStore(self._aws, CALLER.get())

    def workgroup(self, name: str) -> dict[str, Any] | None:
        """The configuration of a workgroup, if there is one of that name."""
        found = backend("athena").get_work_group(name)
        return found["Configuration"] if found else None

    def databases(self) -> list[str]:
        """The names of all databases."""
        # With every query, Athena looks for the database "default" as well.
        self._require_glue(["GetDatabase", "GetDatabases"], on_database("default"))
        return sorted(backend("glue").databases)

    def tables(self, database: str) -> dict[str, dict[str, Any]]:
        """Everything in a database, tables and views, by name."""
        self._require_glue(["GetDatabase"], on_database(database))
        self._require_glue(["GetTable", "GetTables"], on_table(database, "*"))
        return {each.name: each.as_dict() for each in backend("glue").get_tables(database, None)}

    def partitions(self, database: str, name: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        """The values and the storage descriptor of each of a table's partitions."""
        self._require_glue(["GetPartition", "GetPartitions", "BatchGetPartition"], on_table(database, name))
        for each in list(backend("glue").get_table(database, name).partitions.values()):
            yield each.values, each.partition_input["StorageDescriptor"]

    def put_table(self, database: str, entry: dict[str, Any]) -> None:
        """Make a table or view, or replace the one of that name."""
        glue = self._caller.client("glue")
        put = glue.update_table if entry["Name"] in self.tables(database) else glue.create_table
        put(DatabaseName=database, TableInput=entry)

    def delete_table(self, database: str, name: str) -> None:
        """Take a table or view out of the catalogue."""
        self._caller.client("glue").delete_table(DatabaseName=database, Name=name)

    def data_files(self, folders: list[Location]) -> list[list[S3Object]]:
        """For each folder the objects that hold a table's rows."""
        for folder in folders:
            self._require_s3(["ListBucket"], folder.bucket, folder.uri, {"s3:prefix": folder.prefix})
        return objects.data_files(folders)

    def read(self, file: S3Object) -> tuple[str, bytes]:
        """ETag and content as they are now: an object may have been replaced since it was listed."""
        self._require_s3(["GetObject"], f"{file.bucket}/{file.key}", file.uri)
        return objects.read(file)

    def put(self, uri: str, body: bytes) -> None:
        """Write an object."""
        bucket, key = parsed(uri)
        self._require_s3(["GetBucketLocation"], bucket, uri)
        self._require_s3(["PutObject", "AbortMultipartUpload", "ListMultipartUploadParts"], f"{bucket}/{key}", uri)
        self._caller.client("s3").put_object(Bucket=bucket, Key=key, Body=body)

    def require_result(self, uri: str) -> None:
        """Refuse a caller who may not read what a query wrote."""
        self._require_s3(["GetObject"], "/".join(parsed(uri)), uri)

    def _require_glue(self, actions: list[str], on: list[str]) -> None:
        self._require("glue", actions, on, "Insufficient permissions to execute the query.")

    def _require_s3(self, actions: list[str], name: str, uri: str, context: dict[str, str] | None = None) -> None:
        self._require("s3", actions, [f"arn:aws:s3:::{name}"], f"PERMISSION_DENIED: Access denied to {uri}.", context)

    def _require(
        self, service: str, actions: list[str], on: list[str], told: str, context: dict[str, str] | None = None
    ) -> None:
        if self._role:
            needs = [Need(f"{service}:{action}", resource, context or {}) for action in actions for resource in on]
            try:
                self._aws.roles.require(self._role, needs)
            except AwsError as error:
                raise QueryError("", f"{told} {error.response['Error']['Message']}") from error


Store = MotoStore | SavedStore
