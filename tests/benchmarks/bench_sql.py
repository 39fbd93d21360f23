"""``make bench-sql``: bytes scanned and files opened by each view and each question, on a year of 74 charts.

Exact numbers, the same on every machine. Prints them and writes them to ``docs/benchmarks.md``.
"""

import argparse
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from generate import A_YEAR, CHARTS, LAST_DAY
from lake import generated_lake
from page import PAGE, WORK, write_queries
from rich.console import Console
from sql_costs import Cost, make_views, questions, tables_of_a_date, views

from local_cloud.cloud import LocalCloud
from top50.stack import DEFAULT_NAME, Stack

DAYS_A_MONTH = 30
SECTION = """\
Written by `make bench-sql`: {files:,} raw files, {dates} dates of {charts} charts, made by our job into
{lake_files:,} files of {size:.0f} MB. *files* are those that the local Athena opens, *MB* their bytes; the same on
every machine. Athena itself may read less: here files count whole, though a query may need few of their columns; what
a query names twice is read twice; and what a join finds prunes nothing. *dollars* are for a thousand such queries: $5
per TB, at least 10 MB a query, and S3's $0.40 for a million files opened.

{tables}
All {questions} questions once a day are ${month:.2f} a month. The largest reads {largest:.0f} MB; the workgroup ends a
query at {limit:,.0f} MB.
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=A_YEAR, help="number of raw files")
    parser.add_argument("--work", type=Path, default=WORK, help="where files and lake are kept")
    parser.add_argument("--page", type=Path, default=PAGE)
    args = parser.parse_args(argv)
    console = Console()
    with console.status("the lake, which takes minutes the first time"):
        state = generated_lake(args.work, args.files)
    lake = [path.stat().st_size for path in state.rglob("*.parquet")]
    with LocalCloud(state, {"Charts": "all"}, save=False) as cloud, console.status("ask"):
        stack = Stack(DEFAULT_NAME, "local cloud", cloud.outputs, cloud.aws.client)
        crawl(stack)
        make_views(stack)
        of_date = list(tables_of_a_date(stack, cloud.athena, f"{LAST_DAY}"))
        of_views = list(views(stack, cloud.athena, f"{LAST_DAY}"))
        of_questions = list(questions(stack, cloud.athena))
        workgroup = cloud.aws.client("athena").get_work_group(WorkGroup=stack.outputs["Workgroup"])["WorkGroup"]
    tables = (table("a table of one date", of_date), table("a view", of_views), table("a question", of_questions))
    section = SECTION.format(
        files=args.files,
        dates=-(-args.files // len(CHARTS)),
        charts=len(CHARTS),
        lake_files=len(lake),
        size=sum(lake) / 1e6,
        tables="\n".join(tables),
        questions=len(of_questions),
        month=sum(cost.dollars for cost in of_questions) * DAYS_A_MONTH,
        largest=max(cost.size for cost in of_views + of_questions) / 1e6,
        limit=workgroup["Configuration"]["BytesScannedCutoffPerQuery"] / 1e6,
    )
    console.print(section, highlight=False, markup=False, soft_wrap=True)
    write_queries(args.page, section)


def crawl(stack: Stack) -> None:
    """Run the stack's crawler to its end."""
    glue, name = stack.client("glue"), stack.outputs["LakeCrawler"]
    glue.start_crawler(Name=name)
    while glue.get_crawler(Name=name)["Crawler"]["State"] != "READY":
        time.sleep(0.1)


def table(title: str, costs: Iterable[Cost]) -> str:
    """A table of Markdown."""
    rows = [
        f"| `{cost.name}` | {len(cost.files):,} | {cost.size / 1e6:,.1f} | {cost.dollars * 1000:.2f} |"
        for cost in costs
    ]
    return "\n".join([f"| {title} | files | MB | dollars |", "|---|---|---|---|", *rows, ""])


if __name__ == "__main__":
    main()
