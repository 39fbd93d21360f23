"""Keep a stack's catalogue in a file beside its bucket, as Glue keeps it between two runs of the stack."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.aws.backends import backend
from local_cloud.aws.glue.crawl import MADE_BY_CRAWLER, in_batches
from local_cloud.aws.glue.hive_types import VIRTUAL_VIEW
from local_cloud.states import read_json, write_whole

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer

# What Get... answers and Create... takes.
OF_A_TABLE: tuple[str, ...] = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
OF_A_TABLE += ("ViewOriginalText", "ViewExpandedText")


def save_catalog(outputs: Mapping[str, str], file: Path) -> None:
    """Write outputs, workgroup, tables, partitions and views; the file is replaced only when all is written."""
    workgroup = backend("athena").get_work_group(outputs["Workgroup"])
    tables, partitions = [], {}
    for table in backend("glue").get_tables(outputs["Database"], None):
        entry = table.as_dict()
        tables.append({name: entry[name] for name in OF_A_TABLE if name in entry})
        partitions[table.name] = [
            (each.values, _own(each.partition_input["StorageDescriptor"], entry)) for each in table.partitions.values()
        ]
    kept = {
        "outputs": dict(outputs),
        "workgroup": {"Name": outputs["Workgroup"], "Configuration": workgroup["Configuration"]},
        "tables": tables,
        "partitions": partitions,
    }
    write_whole(file, json.dumps(kept))


def _own(storage: Mapping[str, Any], table: Mapping[str, Any]) -> dict[str, Any]:
    """What of a partition's storage descriptor is not the table's: mostly the location alone."""
    return {name: value for name, value in storage.items() if value != table["StorageDescriptor"].get(name)}


def load_tables(aws: "AwsServer", database: str, file: Path) -> None:
    """Give a deployed stack the views and the crawler's tables of a file; nothing when there is no such file.

    The tables that the template declares are the deployment's.
    """
    kept = read_json(file)
    glue = aws.client("glue")
    declared = {each["Name"] for each in glue.get_tables(DatabaseName=database)["TableList"]}
    for table in kept.get("tables", []):
        crawled = MADE_BY_CRAWLER in (table.get("Parameters") or {})
        if table["Name"] in declared or not (crawled or table.get("TableType") == VIRTUAL_VIEW):
            continue
        glue.create_table(DatabaseName=database, TableInput=table)
        partitions = [
            {"Values": values, "StorageDescriptor": table["StorageDescriptor"] | own}
            for values, own in kept.get("partitions", {}).get(table["Name"], [])
        ]
        named = {"DatabaseName": database, "TableName": table["Name"]}
        in_batches(glue.batch_create_partition, named, "PartitionInputList", partitions)
