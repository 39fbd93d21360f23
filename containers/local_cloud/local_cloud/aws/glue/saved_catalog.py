"""Keep a stack's catalogue in a file beside its bucket, as Glue keeps it between two runs of the stack."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.aws.glue.crawl import MADE_BY_CRAWLER, in_batches
from local_cloud.aws.glue.hive_types import VIRTUAL_VIEW

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer

# What Get... answers and Create... takes.
OF_A_TABLE: tuple[str, ...] = ("Name", "TableType", "Parameters", "PartitionKeys", "StorageDescriptor")
OF_A_TABLE += ("ViewOriginalText", "ViewExpandedText")


def save_catalog(aws: "AwsServer", outputs: Mapping[str, str], file: Path) -> None:
    """Write outputs, workgroup, tables, partitions and views; the file is replaced only when all is written."""
    glue, database = aws.client("glue"), outputs["Database"]
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database)
    tables = [{name: it[name] for name in OF_A_TABLE if name in it} for page in pages for it in page["TableList"]]
    workgroup = aws.client("athena").get_work_group(WorkGroup=outputs["Workgroup"])["WorkGroup"]
    kept = {
        "outputs": dict(outputs),
        "workgroup": {"Name": workgroup["Name"], "Configuration": workgroup["Configuration"]},
        "tables": tables,
        "partitions": {table["Name"]: _partitions(glue, database, table) for table in tables},
    }
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(json.dumps(kept))
    unfinished.replace(file)


def load_tables(aws: "AwsServer", database: str, file: Path) -> None:
    """Give a deployed stack the views and the crawler's tables of a file; nothing when there is no such file.

    The tables that the template declares are the deployment's.
    """
    kept = read_catalog(file)
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


def read_catalog(file: Path) -> dict[str, Any]:
    """What was saved, or nothing; an older version has not kept ``partitions``."""
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _partitions(glue: Any, database: str, table: Mapping[str, Any]) -> list[tuple[list[str], dict[str, Any]]]:
    """Values, and what of the storage descriptor is not the table's: mostly the location alone."""
    if not table.get("PartitionKeys"):
        return []
    pages = glue.get_paginator("get_partitions").paginate(DatabaseName=database, TableName=table["Name"])
    of_table = table["StorageDescriptor"].items()
    return [
        (
            each["Values"],
            {name: value for name, value in each["StorageDescriptor"].items() if (name, value) not in of_table},
        )
        for page in pages
        for each in page["Partitions"]
    ]
