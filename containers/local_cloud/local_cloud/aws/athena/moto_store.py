"""Athena in front of moto's server: moto's catalogue, buckets and workgroups, read in this process."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

from local_cloud.aws import s3_objects
from local_cloud.aws.athena.service import QueryService
from local_cloud.aws.s3_objects import Location, S3Object

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer


class Athena(QueryService):
    """The service of a local AWS; saved queries and the definitions of workgroups are moto's."""

    def __init__(self, aws: "AwsServer") -> None:
        super().__init__(_MotoStore(aws))


class _MotoStore:
    """What a server's moto holds. What queries make goes through the front door, so that S3's events are sent."""

    read = staticmethod(s3_objects.read)
    has_bucket = staticmethod(s3_objects.exists)

    def __init__(self, aws: "AwsServer") -> None:
        self._aws = aws

    def workgroup(self, name: str) -> dict[str, Any] | None:
        found = _moto("athena").get_work_group(name)
        return found["Configuration"] if found else None

    def databases(self) -> list[str]:
        return sorted(_moto("glue").databases)

    def tables(self, database: str) -> dict[str, dict[str, Any]]:
        return {each.name: each.as_dict() for each in _moto("glue").get_tables(database, None)}

    def partitions(self, database: str, name: str) -> Iterator[tuple[list[str], dict[str, Any]]]:
        for each in list(_moto("glue").get_table(database, name).partitions.values()):
            yield each.values, each.partition_input["StorageDescriptor"]

    def put_table(self, database: str, entry: dict[str, Any]) -> None:
        glue = self._aws.client("glue")
        put = glue.update_table if entry["Name"] in self.tables(database) else glue.create_table
        put(DatabaseName=database, TableInput=entry)

    def delete_table(self, database: str, name: str) -> None:
        self._aws.client("glue").delete_table(DatabaseName=database, Name=name)

    def data_files(self, folders: list[Location]) -> list[list[S3Object]]:
        listing = s3_objects.Listing()
        return [listing.data_files(folder) for folder in folders]

    def put(self, uri: str, body: bytes) -> None:
        bucket, _slash, key = uri.removeprefix("s3://").partition("/")
        self._aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _moto(service: Literal["athena", "glue"]) -> Any:
    # Not above: a saved lake is asked without moto, which takes half a second to load.
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    from local_cloud.aws.server import REGION

    return get_backend(service)[DEFAULT_ACCOUNT_ID][REGION]
