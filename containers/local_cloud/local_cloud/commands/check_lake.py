"""``make check-lake``: the checks again, on the lake of the local cloud used last."""

from collections.abc import Iterable

from rich.console import Console

from local_cloud import states
from local_cloud.cloud import InvocationError, LocalCloud
from local_cloud.commands.report import TABLES, show_checks
from local_cloud.queries import QueryError, crawl, stack_of

MISSING = (
    "{key} is missing, though {date} has other tables: rebuild that date by make reprocess FROM={date} TO={date}, "
    "beside make cloud"
)


def main() -> None:
    """Crawl and check; exit with what is wrong, if anything is. The result is kept with the lake."""
    state, parameters = states.last_used()
    with LocalCloud(state, parameters) as cloud:
        bucket = cloud.outputs["DataBucket"]
        pages = cloud.aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="lake/")
        missing = missing_files(item["Key"] for page in pages for item in page.get("Contents", []))
        try:
            crawl(stack_of(cloud))
            result = cloud.invoke("CheckFunction", {})
        except (InvocationError, QueryError) as error:
            # The bucket's name is of no use once this has ended; its files are in the folder.
            told = str(error).replace(f"s3://{bucket}/", f"{state / states.BUCKET}/")
            raise SystemExit("\n".join([*missing, told])) from None
        show_checks(Console(), result["checks"])
        if missing:
            raise SystemExit("\n".join(missing))


def missing_files(keys: Iterable[str]) -> list[str]:
    """What to do about each table that lacks its file for a date of the others; oldest date first."""
    there = set(keys)
    dates = sorted({key.split("/")[2].removeprefix("chart_date=") for key in there if key.count("/") == 3})
    expected = [(date, f"lake/{table}/chart_date={date}/part-0.parquet") for date in dates for table in TABLES]
    return [MISSING.format(key=key, date=date) for date, key in expected if key not in there]


if __name__ == "__main__":
    main()
