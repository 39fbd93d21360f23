"""``make drop-tables``: clear the way for the template's tables, before CatalogMode becomes projection.

CloudFormation does not take over a table that the crawler has made: the deployment would fail, and be taken back.
"""

from collections.abc import Iterator

from rich.console import Console

from chart_stack.errors import CommandError
from chart_stack.stack import Stack

NEXT = """\
Their data is where it was. Until they are there again, queries find no tables. Now
  make deploy STACK={stack} ARGS=--guided
with CatalogMode projection, and ProjectionFrom {oldest}: queries see no dates before that."""


def drop_tables(stack: Stack, console: Console) -> None:
    """Take the crawler's tables out of the catalog, and say how to go on; CommandError while a run is on."""
    if stack.output("CatalogMode") == "projection":
        raise CommandError(
            f"the tables of stack {stack.name} are the template's: `make deploy STACK={stack.name} ARGS=--guided` with "
            "CatalogMode crawler removes them by itself"
        )
    _refuse_while_a_run_is_on(stack)
    glue, database = stack.client("glue"), stack.output("Database")
    names = sorted(_tables(stack))
    for name in names:
        glue.delete_table(DatabaseName=database, Name=name)
    console.print(f"Out of the catalog: {', '.join(names) or 'nothing, it has no tables of the crawler'}.")
    console.print(NEXT.format(stack=stack.name, oldest=_oldest_date(stack)))


def _refuse_while_a_run_is_on(stack: Stack) -> None:
    """It would crawl, and make the tables anew."""
    running = stack.client("stepfunctions").list_executions(
        stateMachineArn=stack.output("Pipeline"), statusFilter="RUNNING", maxResults=1
    )["executions"]
    if running:
        raise CommandError(f"execution {running[0]['name']} is on, and would crawl: wait for its end (make status)")


def _tables(stack: Stack) -> Iterator[str]:
    """The tables of the lake, by where their files are: views and what somebody else has made stay."""
    lake = f"s3://{stack.output('DataBucket')}/lake/"
    pages = stack.client("glue").get_paginator("get_tables").paginate(DatabaseName=stack.output("Database"))
    for page in pages:
        for table in page["TableList"]:
            if table.get("StorageDescriptor", {}).get("Location", "").startswith(lake):
                yield table["Name"]


def _oldest_date(stack: Stack) -> str:
    """The first date of the lake, as its folders have it."""
    listed = stack.client("s3").list_objects_v2(
        Bucket=stack.output("DataBucket"), Prefix="lake/chart_load/chart_date=", MaxKeys=1
    )
    found: list[str] = [item["Key"].split("/")[2].removeprefix("chart_date=") for item in listed.get("Contents", [])]
    return found[0] if found else "of your oldest date"
