"""``top50 check``."""

from collections.abc import Iterable

import click

from top50.cli import stack_option


@click.command()
@stack_option
def check(stack: str | None) -> None:
    """Run the checks on the whole lake, and recreate the views.

    All but the checks that compare one run with its summary. The result is kept with the lake, and the report shows it.

    \b
    Example: top50 check
    """
    from top50.athena import NO_TABLES, TABLES, remedies
    from top50.errors import FailedError
    from top50.lakes import lake_with_charts
    from top50.show import console, show_checks
    from top50.sql.question import table_names
    from top50.target import open_target

    if not stack:
        lake_with_charts()
    out = console()
    with open_target(stack) as target:
        out.print(target.stack.place)
        missing = missing_files(item["Key"] for item in target.stack.objects("lake/"))
        try:
            result = target.stack.invoke("CheckFunction", {})
        except FailedError as error:
            if not set(TABLES) & set(table_names(target.stack)):
                raise FailedError(NO_TABLES) from None
            raise FailedError("\n".join([*missing, str(error), *remedies(str(error))])) from None
        show_checks(out, result["checks"])
    if missing:
        raise FailedError("\n".join(missing))


def missing_files(keys: Iterable[str]) -> list[str]:
    """What to do about each table that lacks its file for a date of the others; oldest date first."""
    from top50.athena import TABLES

    there = set(keys)
    dates = sorted({key.split("/")[2].removeprefix("chart_date=") for key in there if key.count("/") == 3})
    expected = [(day, f"lake/{table}/chart_date={day}/part-0.parquet") for day in dates for table in TABLES]
    return [
        f"{key} is missing, though {day} has other tables. To rebuild it: top50 reprocess --from {day} --to {day}"
        for day, key in expected
        if key not in there
    ]
