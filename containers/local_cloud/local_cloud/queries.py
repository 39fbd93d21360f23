"""Ask Athena, and show its answer."""

import csv
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

if TYPE_CHECKING:
    from local_cloud.cloud import RunningCloud

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


class QueryError(Exception):
    """Athena could not run the query; the message is its reason."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack, here or on AWS: its outputs, and what makes a client for a service by its name."""

    outputs: Mapping[str, str]
    client: Callable[..., Any]


@dataclass(frozen=True)
class Answer:
    """A query's result, every value as text (None for null), as Athena gives it."""

    columns: list[str]
    rows: list[list[str | None]]


def crawl(stack: Stack) -> None:
    """Run the stack's crawler to its end, if it has one: without it, a local cloud starts with an empty catalog.

    In CatalogMode projection the tables are the template's.
    """
    if stack.outputs["CatalogMode"] == "projection":
        return
    glue, name = stack.client("glue"), stack.outputs["LakeCrawler"]
    glue.start_crawler(Name=name)
    while (crawler := glue.get_crawler(Name=name)["Crawler"])["State"] != "READY":
        time.sleep(0.05)
    if crawler["LastCrawl"]["Status"] != "SUCCEEDED":
        raise QueryError(f"the crawler failed: {crawler['LastCrawl'].get('ErrorMessage')}")


def query(cloud: "RunningCloud", sql: str) -> Answer:
    """Run SQL in the local stack's workgroup and database."""
    return ask(stack_of(cloud), sql)


def stack_of(cloud: "RunningCloud") -> Stack:
    """The stack of a local cloud."""
    return Stack(cloud.outputs, cloud.aws.client)


def ask(stack: Stack, sql: str, *parameters: str) -> Answer:
    """Run SQL in a stack's workgroup and database, each ``?`` in it filled with a parameter's text."""
    return results(stack, run(stack, sql, *parameters))


def run(stack: Stack, sql: str, *parameters: str) -> str:
    """As ``ask``, without fetching the answer; the id of the query. QueryError unless it ended well."""
    athena = stack.client("athena")
    filled = {"ExecutionParameters": [_literal(each) for each in parameters]} if parameters else {}
    try:
        query_id = athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": stack.outputs["Database"]},
            WorkGroup=stack.outputs["Workgroup"],
            **filled,
        )["QueryExecutionId"]
    except athena.exceptions.InvalidRequestException as error:
        raise QueryError(error.response["Error"]["Message"]) from None
    while (status := athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"])[
        "State"
    ] not in ENDED:
        time.sleep(0.05)
    if status["State"] != "SUCCEEDED":
        raise QueryError(status.get("StateChangeReason", status["State"]))
    return str(query_id)


def _literal(text: str) -> str:
    """A parameter as Athena wants it: a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


def results(stack: Stack, query_id: str) -> Answer:
    """The answer of a query that has ended well."""
    athena = stack.client("athena")
    columns: list[str] = []
    rows: list[list[str | None]] = []
    for page in athena.get_paginator("get_query_results").paginate(QueryExecutionId=query_id):
        columns = [column["Name"] for column in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
        rows += [[value.get("VarCharValue") for value in row["Data"]] for row in page["ResultSet"]["Rows"]]
    # Of a SELECT, Athena's first row is the header.
    return Answer(columns, rows[1:] if rows and rows[0] == columns else rows)


def write_table(answer: Answer, file: TextIO) -> None:
    """Write an answer as a table, a row a line however long, and the number of its rows."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in answer.columns:
        table.add_column(column, no_wrap=True)
    for row in answer.rows:
        table.add_row(*["" if value is None else escape(value) for value in row])
    wide = Console(width=10_000)
    console = Console(width=max(1, Measurement.get(wide, wide.options, table).maximum))
    with console.capture() as written:
        console.print(table)
    # Not by the console itself: it would end the process when nobody reads on.
    file.write(f"{written.get()}({len(answer.rows)} rows)\n")


def write_csv(answer: Answer, file: TextIO) -> None:
    """Write an answer under a header; null is nothing between two commas."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
