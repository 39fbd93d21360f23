"""Glue job: raw chart JSON to Parquet tables, one partition per chart date.

The script reads arguments, runs the slices with Spark, and prints the summary; the rooms are in ``chart_transform``.
"""

import argparse
import atexit
import json
import logging
import shutil
import sys
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from py4j.protocol import Py4JJavaError
from pyspark import SparkConf, SparkContext

try:
    import chart_transform
    from chart_transform.errors import TransformError
    from chart_transform.keys import CHART_NAME, RUN_ID, RawFile, compact, is_date
    from chart_transform.partitions import StagedDate
    from chart_transform.run import Run, Summary
    from chart_transform.slices import ForEachDate, Stage, reprocess, transform_landed
    from chart_transform.stores.places import open_lake, open_raw, single_writer
except ModuleNotFoundError as error:
    sys.exit(
        f"the job needs the Python package {error.name}, on Spark's driver and on its workers. From a checkout: "
        "pip install msgspec pyarrow boto3. On Glue, top50 deploy gives them by --additional-python-modules"
    )

# For each core, so that none waits long for the last.
TASKS_A_CORE = 4


def parse_args(argv: Sequence[str]) -> argparse.Namespace:
    """Read our own arguments and leave alone the ones Glue adds."""
    parser = argparse.ArgumentParser(prog="transform.py", description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("--raw_path", required=True, help="URI/raw: s3://, file:// or a plain path")
    parser.add_argument("--lake_path", required=True, help="URI/lake; staging/ and runs/ lie beside it")
    parser.add_argument("--run_id", help="names staging/<run_id>/ and runs/<run_id>.json")
    parser.add_argument("--default_chart", default="global", help="the chart of files that do not name theirs")
    parser.add_argument("--reprocess_from", help="rebuild from raw/processed/: first chart date")
    parser.add_argument("--reprocess_to", help="last chart date, inclusive")
    parser.add_argument(
        "--allow_drop",
        action="append",
        default=[],
        help="DATE:CHART,...: charts a rewrite may drop from a date; none is what it says",
    )
    args, _added_by_glue = parser.parse_known_args(argv)

    args.run_id = args.run_id or f"{compact(datetime.now(UTC))}-{uuid.uuid4().hex[:8]}"
    if not RUN_ID.fullmatch(args.run_id):
        parser.error(f"--run_id {args.run_id}: use letters, digits and _ . : - (at most 128, a letter or digit first)")
    if not CHART_NAME.fullmatch(args.default_chart):
        parser.error(f"--default_chart {args.default_chart}: use letters, digits, - and _ (at most 64)")
    if (args.reprocess_from is None) != (args.reprocess_to is None):
        parser.error("--reprocess_from and --reprocess_to go together")
    for bound in (args.reprocess_from, args.reprocess_to):
        if bound is not None and not is_date(bound):
            parser.error(f"{bound} is not a date like 2026-11-22")
    drops = [drop.partition(":") for value in args.allow_drop if value != "none" for drop in value.split(",")]
    for chart_date, _colon, chart in drops:
        if not is_date(chart_date) or not CHART_NAME.fullmatch(chart):
            parser.error(f"--allow_drop {chart_date}:{chart}: expected DATE:CHART, like 2026-11-22:global")
    args.allow_drop = {(chart_date, chart) for chart_date, _colon, chart in drops}
    return args


def on_spark(run: Run, stage: Stage, dates: Sequence[Sequence[RawFile]]) -> list[StagedDate]:
    """Let Spark's executors stage the dates."""
    with run.summary.phase("start_spark"):
        spark = start_spark()
    tasks = min(len(dates), TASKS_A_CORE * spark.defaultParallelism)
    try:
        return spark.parallelize(dates, tasks).map(stage).collect()
    except Py4JJavaError as error:
        raise TransformError(f"a worker failed: {error_of_worker(str(error.java_exception))}") from None


def error_of_worker(java_exception: str) -> str:
    """The Python traceback in Spark's exception, whose Java stack would hide it; the whole where there is none."""
    _before, found, traceback = java_exception.partition("Traceback (most recent call last):")
    return (found + traceback).partition("\n\tat ")[0].strip() or java_exception


@cache
def start_spark() -> SparkContext:
    """Spark, with our package on its workers: installed there, or else sent from the folder of this script."""
    spark = SparkContext.getOrCreate(SparkConf().setAppName("top50-transform"))
    spark.setLogLevel("WARN")
    package = Path(chart_transform.__file__).parent
    if package.parent == Path(__file__).parent:
        # Workers fetch it when they get their first task.
        folder = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        spark.addPyFile(shutil.make_archive(f"{folder}/chart_transform", "zip", package.parent, package.name))
    return spark


def main(argv: Sequence[str], for_each_date: ForEachDate = on_spark) -> None:
    """Run the job: gather, compute, apply; print the summary as the last line on stdout."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("chart_transform").setLevel(logging.INFO)
    args = parse_args(argv)
    summary = Summary(args.run_id)
    raw = open_raw(args.raw_path)
    lake, lake_folder = open_lake(args.lake_path)
    run = Run(raw, lake, lake_folder, args.allow_drop, summary)
    with single_writer(run.lake), summary.phase("total"):
        if args.reprocess_from:
            reprocess(run, args.reprocess_from, args.reprocess_to, for_each_date)
        else:
            transform_landed(run, args.default_chart, for_each_date)
    line = json.dumps(asdict(summary))
    run.lake.write(f"runs/{summary.run_id}.json", line.encode())
    print(line, flush=True)  # noqa: T201 - the contract: the summary is the job's last line on stdout.


if __name__ == "__main__":
    main(sys.argv[1:])
