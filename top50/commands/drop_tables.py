"""``top50 drop-tables``."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from top50.cli import aws_stack_option

if TYPE_CHECKING:
    from top50.stack import Stack

NEXT = """\
Their data is where it was. Until the next deployment, queries find no tables. Now run
  top50 deploy --stack {stack} --guided
with CatalogMode projection, and ProjectionFrom {oldest}: queries see no dates before that."""


@click.command("drop-tables")
@aws_stack_option
def drop_tables(stack: str) -> None:
    """Remove the crawler's tables from the catalog, before CatalogMode becomes projection.

    CloudFormation does not take over a table that the crawler has made: the deployment would fail and be rolled back.
    The data stays.

    \b
    Example: top50 drop-tables --stack spotify-top50
    """
    from top50.errors import RefusedError
    from top50.pipeline import refuse_while_running
    from top50.stack import Stack

    found = Stack.find(stack)
    if found.output("CatalogMode") == "projection":
        raise RefusedError(
            f"the tables of stack {stack} are the template's. To return to the crawler: top50 deploy --stack {stack} "
            "--guided with CatalogMode crawler, which removes them by itself"
        )
    refuse_while_running(found, "it would crawl and make the tables anew")
    glue, database = found.client("glue"), found.output("Database")
    names = sorted(_tables(found))
    for name in names:
        glue.delete_table(DatabaseName=database, Name=name)
    click.echo(f"Removed from the catalog: {', '.join(names) or 'nothing, it has no tables of the crawler'}.")
    click.echo(NEXT.format(stack=stack, oldest=_oldest_date(found)))


def _tables(stack: "Stack") -> Iterator[str]:
    """The tables of the lake, by where their files are: views and other people's tables stay."""
    lake = f"s3://{stack.output('DataBucket')}/lake/"
    pages = stack.client("glue").get_paginator("get_tables").paginate(DatabaseName=stack.output("Database"))
    for page in pages:
        for table in page["TableList"]:
            if table.get("StorageDescriptor", {}).get("Location", "").startswith(lake):
                yield table["Name"]


def _oldest_date(stack: "Stack") -> str:
    """The first date of the lake, as its folders have it."""
    listed = stack.client("s3").list_objects_v2(
        Bucket=stack.output("DataBucket"), Prefix="lake/chart_load/chart_date=", MaxKeys=1
    )
    found: list[str] = [item["Key"].split("/")[2].removeprefix("chart_date=") for item in listed.get("Contents", [])]
    return found[0] if found else "of your oldest date"
