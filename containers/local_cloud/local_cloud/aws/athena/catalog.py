"""The Glue catalogue as a query sees it: databases, tables with their partitions, and views."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.glue.exceptions import EntityNotFoundException
from moto.glue.models import glue_backends

from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.athena.projection import projected
from local_cloud.aws.hive_types import UnknownTypeError, arrow_type
from local_cloud.aws.s3_objects import Location
from local_cloud.aws.server import REGION

VIRTUAL_VIEW = "VIRTUAL_VIEW"


@dataclass(frozen=True)
class Partition:
    """One partition: a value for each partition key, and where its files are."""

    values: tuple[str, ...]
    location: Location


@dataclass(frozen=True)
class Table:
    """One entry of the catalogue, a table or a view."""

    database: str
    entry: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name, without the database."""
        return str(self.entry["Name"])

    @property
    def is_view(self) -> bool:
        """Whether it is a view that Athena made."""
        return self.entry.get("TableType") == VIRTUAL_VIEW

    @property
    def location(self) -> Location:
        """Where its files are."""
        return Location.parse(self.entry["StorageDescriptor"]["Location"])

    def columns(self) -> dict[str, str]:
        """Hive types by name, partition keys left out."""
        return {each["Name"].lower(): each["Type"] for each in self.entry["StorageDescriptor"]["Columns"]}

    def partition_keys(self) -> dict[str, str]:
        """Hive types of the partition keys by name."""
        return {each["Name"].lower(): each["Type"] for each in self.entry.get("PartitionKeys") or []}

    def schema(self) -> pa.Schema:
        """All columns as a query sees them: partition keys come last."""
        try:
            return pa.schema([(n, arrow_type(t)) for n, t in (self.columns() | self.partition_keys()).items()])
        except UnknownTypeError as error:
            raise QueryError("HIVE_INVALID_METADATA", f"{self.database}.{self.name}: {error}") from error

    def require_parquet(self) -> None:
        """Only Parquet is read here."""
        serde = self.entry["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "")
        if "parquet" not in serde.lower():
            raise unsupported(f"{self.database}.{self.name} is not stored as Parquet ({serde or 'no SerDe'})")

    def partitions(self) -> list[Partition]:
        """Its partitions; for a table without keys, one that is the whole table."""
        if not self.partition_keys():
            return [Partition((), self.location)]
        if (self.entry.get("Parameters") or {}).get("projection.enabled", "").lower() == "true":
            found = projected(self.entry["Parameters"], self.location, list(self.partition_keys()))
            return [Partition(values, location) for values, location in found]
        return list(self._catalogued())

    def _catalogued(self) -> Iterator[Partition]:
        columns = self.columns()
        for entry in list(_glue().get_table(self.database, self.name).partitions.values()):
            storage = entry.partition_input["StorageDescriptor"]
            for each in storage.get("Columns") or []:
                expected = columns.get(each["Name"].lower(), each["Type"])
                if each["Type"] != expected:
                    message = (
                        f"There is a mismatch between the table and partition schemas. The column '{each['Name']}' in "
                        f"table '{self.database}.{self.name}' is declared as type '{expected}', but partition "
                        f"'{'/'.join(entry.values)}' declared it as type '{each['Type']}'."
                    )
                    raise QueryError("HIVE_PARTITION_SCHEMA_MISMATCH", message)
            yield Partition(tuple(entry.values), Location.parse(storage["Location"]))


def find(database: str, name: str) -> Table | None:
    """The table or view of that name, if there is one."""
    try:
        return Table(database, _glue().get_table(database, name).as_dict())
    except EntityNotFoundException:
        return None


def tables(database: str) -> list[Table]:
    """Everything in a database, by name."""
    found = [Table(database, each.as_dict()) for each in _glue().get_tables(database, None)]
    return sorted(found, key=lambda table: table.name)


def databases() -> list[str]:
    """The names of all databases."""
    return sorted(_glue().databases)


def _glue() -> Any:
    return glue_backends[DEFAULT_ACCOUNT_ID][REGION]
