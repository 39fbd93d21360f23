"""The catalog's partitions of dates: where a crawler made them, they outlive their files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from top50.errors import FailedError
from top50.stack import Stack

PARTITIONS_A_REQUEST = 25
COLUMN = "chart_date"


def partitions(stack: Stack, chosen: Callable[[str], bool]) -> dict[str, list[str]]:
    """The chosen dates that the catalog has, by table; none of tables whose partitions are projected."""
    glue, database = stack.client("glue"), stack.output("Database")
    found = {}
    for page in glue.get_paginator("get_tables").paginate(DatabaseName=database):
        for table in page["TableList"]:
            if [key["Name"] for key in table.get("PartitionKeys", [])] == [COLUMN]:
                dates = _dates(glue, database, table["Name"])
                found[table["Name"]] = sorted(date for date in dates if chosen(date))
    return {table: dates for table, dates in found.items() if dates}


def remove_partitions(stack: Stack, partitions: Mapping[str, Sequence[str]]) -> None:
    """Take these dates out of the catalog; FailedError when Glue keeps one."""
    glue, database = stack.client("glue"), stack.output("Database")
    for table, dates in partitions.items():
        for start in range(0, len(dates), PARTITIONS_A_REQUEST):
            wanted = [{"Values": [date]} for date in dates[start : start + PARTITIONS_A_REQUEST]]
            answer = glue.batch_delete_partition(DatabaseName=database, TableName=table, PartitionsToDelete=wanted)
            # One that somebody else has removed meanwhile is as it should be.
            kept = [
                it for it in answer.get("Errors", []) if it["ErrorDetail"]["ErrorCode"] != "EntityNotFoundException"
            ]
            if kept:
                [date], reason = kept[0]["PartitionValues"], kept[0]["ErrorDetail"]["ErrorMessage"]
                raise FailedError(f"Glue has kept {table} of {date}: {reason}. The same command goes on from here")


def _dates(glue: Any, database: str, table: str) -> list[str]:
    pages = glue.get_paginator("get_partitions").paginate(
        DatabaseName=database, TableName=table, ExcludeColumnSchema=True
    )
    return [partition["Values"][0] for page in pages for partition in page["Partitions"]]
