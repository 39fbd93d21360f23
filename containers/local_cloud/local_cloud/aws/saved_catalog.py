"""Keep in a file what questions need of a stack besides its data, so that asking one takes no deployment."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_cloud.aws.athena.catalog import VIRTUAL_VIEW
from local_cloud.aws.server import AwsServer

# What Get... answers and Create... takes.
OF_A_TABLE = (
    "Name",
    "TableType",
    "Parameters",
    "ViewOriginalText",
    "ViewExpandedText",
    "PartitionKeys",
    "StorageDescriptor",
)
OF_A_CRAWLER = (
    "Name",
    "Role",
    "DatabaseName",
    "Targets",
    "TablePrefix",
    "SchemaChangePolicy",
    "RecrawlPolicy",
    "Configuration",
)
OF_A_WORKGROUP = ("Name", "Configuration")
# Its tables are not kept: it makes them anew from the files.
MADE_BY_CRAWLER = "UPDATED_BY_CRAWLER"


def save_catalog(aws: AwsServer, outputs: Mapping[str, str], file: Path) -> None:
    """Write outputs, workgroup, crawlers, views and declared tables; the file is replaced only when all is written."""
    glue, athena = aws.client("glue"), aws.client("athena")
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=outputs["Database"])
    tables = [table for page in pages for table in page["TableList"]]
    kept = {
        "outputs": dict(outputs),
        "workgroup": _only(athena.get_work_group(WorkGroup=outputs["Workgroup"])["WorkGroup"], OF_A_WORKGROUP),
        "crawlers": [_only(crawler, OF_A_CRAWLER) for crawler in glue.get_crawlers()["Crawlers"]],
        "tables": [_only(it, OF_A_TABLE) for it in tables if MADE_BY_CRAWLER not in (it.get("Parameters") or {})],
    }
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(json.dumps(kept))
    unfinished.replace(file)


def load_views(aws: AwsServer, database: str, file: Path) -> None:
    """Put the views of a file into a deployed stack's catalog; nothing when there is no such file."""
    views = [it for it in _read(file).get("tables", []) if it.get("TableType") == VIRTUAL_VIEW]
    _create_tables(aws, database, views)


def load_catalog(aws: AwsServer, file: Path) -> dict[str, str]:
    """Make database, workgroup, crawlers, views and tables as they were saved; returns the stack's outputs."""
    kept = _read(file)
    outputs: dict[str, str] = kept["outputs"]
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": outputs["Database"]})
    aws.client("athena").create_work_group(**kept["workgroup"])
    for crawler in kept["crawlers"]:
        glue.create_crawler(**crawler)
    _create_tables(aws, outputs["Database"], kept["tables"])
    return outputs


def _read(file: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _only(answer: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: answer[name] for name in names if name in answer}


def _create_tables(aws: AwsServer, database: str, tables: list[dict[str, Any]]) -> None:
    for table in tables:
        aws.client("glue").create_table(DatabaseName=database, TableInput=table)
