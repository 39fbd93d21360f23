"""Ask a stack's Athena a question in SQL."""

import re
import time
from dataclasses import dataclass
from typing import Any

from top50.errors import QueryError
from top50.stack import Stack

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
# Athena's fastest answers take about half a second; a local one takes less.
FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 0.02, 0.5
# What Athena calls statements that make or remove something.
CHANGES = ("CREATE", "DROP", "ALTER", "INSERT", "UNLOAD", "MSCK")
BAD_FILE = re.compile(r"HIVE_(?:BAD|CURSOR|CANNOT_OPEN)_.*?/lake/\w+/chart_date=(\d{4}-\d\d-\d\d)/", re.S)
TABLES = ("chart_entry", "song", "artist", "album", "song_artist", "chart_load")
NO_TABLES = (
    "none of the lake's tables is in the catalog. If charts have been loaded, rebuild one of their dates, and all "
    "tables are back: top50 reprocess --from DATE --to DATE"
)


@dataclass(frozen=True)
class Answer:
    """A query's result, every value as text (None for null), as Athena gives it; ``types`` are Athena's names."""

    columns: list[str]
    types: list[str]
    rows: list[list[str | None]]


@dataclass(frozen=True)
class Query:
    """A query that has ended well; ``changes`` is true of a statement that makes or removes something."""

    id: str
    bytes_scanned: int
    changes: bool


def ask(stack: Stack, sql: str, *parameters: str) -> Answer:
    """Run SQL in a stack's workgroup and database, with a parameter's text in place of each ``?``.

    Raises QueryError with Athena's reason unless it ended well.
    """
    return results(stack, run(stack, sql, *parameters))


def run(stack: Stack, sql: str, *parameters: str) -> Query:
    """As ``ask``, without fetching the answer."""
    athena = stack.client("athena")
    filled = {"ExecutionParameters": [_literal(each) for each in parameters]} if parameters else {}
    try:
        query_id = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": stack.output("Database")},
            WorkGroup=stack.output("Workgroup"),
            **filled,
        )["QueryExecutionId"]
    except athena.exceptions.InvalidRequestException as error:
        raise QueryError(error.response["Error"]["Message"]) from None
    ended = _ended(athena, query_id)
    status = ended["Status"]
    if status["State"] != "SUCCEEDED":
        reason = stack.in_words(str(status.get("StateChangeReason", status["State"])))
        raise QueryError("\n".join([reason, *remedies(reason)]))
    scanned = ended.get("Statistics", {}).get("DataScannedInBytes", 0)
    return Query(query_id, scanned, str(ended.get("SubstatementType", "")).startswith(CHANGES))


def _ended(athena: Any, query_id: str) -> dict[str, Any]:
    wait = FIRST_LOOK_SECONDS
    while True:
        query: dict[str, Any] = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        if query["Status"]["State"] in ENDED:
            return query
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_LOOK_SECONDS)


def _literal(text: str) -> str:
    """A parameter as Athena wants it: a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


def remedies(told: str) -> list[str]:
    """How to rebuild the files of the lake that cannot be read, a line for each date."""
    return [
        f"A file of {day} is damaged. To rebuild it: top50 reprocess --from {day} --to {day}"
        for day in sorted(set(BAD_FILE.findall(told)))
    ]


def results(stack: Stack, query: Query, limit: int | None = None) -> Answer:
    """The answer of a query, at most ``limit`` rows of it."""
    athena = stack.client("athena")
    info: list[dict[str, str]] = []
    rows: list[list[str | None]] = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=query.id):
        info = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        rows += [[value.get("VarCharValue") for value in row["Data"]] for row in page["ResultSet"]["Rows"]]
        # One more than asked for: of a SELECT, Athena's first row is the header.
        if limit is not None and len(rows) > limit:
            break
    columns = [column["Name"] for column in info]
    rows = rows[1:] if rows and rows[0] == columns else rows
    return Answer(columns, [column["Type"] for column in info], rows[:limit])


def count_rows(stack: Stack) -> dict[str, tuple[int, int]]:
    """How many rows, and how many dates, Athena counts in each table."""
    counts = " UNION ALL ".join(
        f"SELECT '{table}' AS name, count(*) AS n, count(DISTINCT chart_date) AS dates FROM {table}"  # noqa: S608
        for table in TABLES
    )
    answered = {str(name): (int(rows or 0), int(dates or 0)) for name, rows, dates in ask(stack, counts).rows}
    return {table: answered[table] for table in TABLES}
