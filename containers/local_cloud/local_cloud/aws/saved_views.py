"""Keep the catalog's views in a file between two runs of the local cloud: no crawler brings them back."""

import json
from pathlib import Path

from local_cloud.aws.athena.catalog import VIRTUAL_VIEW
from local_cloud.aws.server import AwsServer

# What GetTable answers and CreateTable takes.
KEPT = (
    "Name",
    "TableType",
    "Parameters",
    "ViewOriginalText",
    "ViewExpandedText",
    "PartitionKeys",
    "StorageDescriptor",
)


def save_views(aws: AwsServer, database: str, file: Path) -> None:
    """Write the views of a database; the file is replaced only when all is written."""
    pages = aws.client("glue").get_paginator("get_tables").paginate(DatabaseName=database)
    tables = [table for page in pages for table in page["TableList"]]
    views = [{name: it[name] for name in KEPT if name in it} for it in tables if it.get("TableType") == VIRTUAL_VIEW]
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(json.dumps(views))
    unfinished.replace(file)


def load_views(aws: AwsServer, database: str, file: Path) -> None:
    """Put the views of a file into the catalog; nothing when there is no such file."""
    if not file.exists():
        return
    glue = aws.client("glue")
    for view in json.loads(file.read_text()):
        glue.create_table(DatabaseName=database, TableInput=view)
