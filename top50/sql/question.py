"""One question, with help where Athena does not know a name in it."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from top50.athena import NO_TABLES, TABLES, Answer, results, run
from top50.errors import QueryError
from top50.stack import Stack

# How Athena names what it does not know; the last part of a table's name is the table.
UNKNOWN = {
    "table": re.compile(r"TABLE_NOT_FOUND\b.*?Table '(?:[^']*\.)?(?P<name>[^'.]+)'"),
    "column": re.compile(r"COLUMN_NOT_FOUND\b.*?Column '(?:[^']*\.)?(?P<name>[^'.]+)'"),
}


def ask_with_help(stack: Stack, sql: str, limit: int | None = None) -> tuple[Answer, bool]:
    """The answer, and whether the statement makes or removes something.

    Raises QueryError with Athena's reason, and with what to do where we know.
    """
    try:
        query = run(stack, sql)
        return results(stack, query, limit), query.changes
    except QueryError as error:
        told = str(error)
        raise QueryError("\n".join([told, *_suggestions(stack, sql, told)])) from None


def table_names(stack: Stack) -> list[str]:
    """All tables and views, by name."""
    return sorted(_columns(stack))


def columns_of(stack: Stack, table: str) -> list[tuple[str, str]] | None:
    """Names and types of a table's columns, those of partitions last; None when there is no such table."""
    return _columns(stack).get(table.lower())


def _columns(stack: Stack) -> dict[str, list[tuple[str, str]]]:
    pages = stack.client("glue").get_paginator("get_tables").paginate(DatabaseName=stack.output("Database"))
    return {
        table["Name"]: [
            (column["Name"], column["Type"])
            for column in [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
        ]
        for page in pages
        for table in page["TableList"]
    }


def _suggestions(stack: Stack, sql: str, told: str) -> Iterable[str]:
    """For an unknown table the close names, else all; for an unknown column those of the tables in the question."""
    for kind, pattern in UNKNOWN.items():
        if found := pattern.search(told):
            known = _columns(stack)
            if kind == "table" and not known.keys() & set(TABLES):
                yield NO_TABLES
                return
            lists = {"The tables are": sorted(known)}
            if kind == "column":
                asked = sorted(known.keys() & set(re.findall(r"\w+", sql.lower())))
                lists = {f"The columns of {table} are": [name for name, _type in known[table]] for table in asked}
            names = {name for each in lists.values() for name in each}
            close = get_close_matches(found["name"].lower(), sorted(names), n=3)
            if close:
                yield f"Did you mean {' or '.join(close)}?"
            else:
                yield from (f"{what}: {', '.join(each)}" for what, each in lists.items())
