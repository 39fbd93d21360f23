"""What a run reads: whole dates, a bounded number of charts at a time; each slice is ended before the next begins."""

import io
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.parquet as pq

from chart_transform.apply import keep_accepted, quarantine, replace_partitions
from chart_transform.errors import TransformError
from chart_transform.keys import RawFile, landed_file, processed_file
from chart_transform.partitions import StagedDate, stage_date
from chart_transform.raw_files import ACCEPTED, BAD, CHANGED, OTHER_DATE
from chart_transform.run import Run
from chart_transform.stores.store import ListedFile, at_once
from chart_transform.verdict import judge

logger = logging.getLogger(__name__)

# Charts in one slice: as many as one driver and one Spark job handle comfortably.
SLICE_CHARTS = 2_000
# Of a bundle's bytes, compressed; how many charts it has is known only when it has been read.
BYTES_OF_A_BUNDLED_CHART = 10_000

# Does the work for the files of each date and returns the results: on Spark's executors, or in this process.
Stage = Callable[[Sequence[RawFile]], StagedDate]
ForEachDate = Callable[[Run, Stage, Sequence[Sequence[RawFile]]], list[StagedDate]]


def transform_landed(run: Run, default_chart: str, for_each_date: ForEachDate) -> None:
    """Load what has landed: list it once, then go slice by slice, with the processed files of the same dates."""
    with run.summary.phase("list"):
        pending = [landed_file(file, default_chart) for file in run.raw.list("to_processed/")]
    while pending:
        of_other_dates: list[RawFile] = []
        for landed in slices(pending):
            with run.summary.phase("list"):
                listings = at_once(lambda chart_date: run.raw.list(f"processed/chart_date={chart_date}/"), list(landed))
            processed = by_date(canonical(file for listing in listings for file in listing))
            of_other_dates += run_slice(
                run, [files + processed.get(day, []) for day, files in landed.items()], for_each_date
            )
        pending = of_other_dates


def reprocess(run: Run, first_date: str, last_date: str, for_each_date: ForEachDate) -> None:
    """Rebuild these dates (inclusive) from ``processed/`` alone."""
    with run.summary.phase("list"):
        processed = canonical(run.raw.list("processed/"))
    for chosen in slices(file for file in processed if first_date <= file.chart_date <= last_date):
        run_slice(run, list(chosen.values()), for_each_date)


def run_slice(run: Run, dates: Sequence[Sequence[RawFile]], for_each_date: ForEachDate) -> list[RawFile]:
    """Bring the lake's partitions of these dates up to date, and move the landed files.

    Returns the landed files that turned out to belong to other dates; they stay where they are.
    """
    with run.summary.phase("tables"):
        staged = for_each_date(run, partial(stage_date, run.raw, run.lake, run.staging), dates)
    outcomes = [outcome for date in staged for outcome in date.outcomes]
    for outcome in outcomes:
        if outcome.status == CHANGED:
            logger.warning("%s changed while the job ran; it stays for the next run", outcome.file.key)
    with run.summary.phase("guard"):
        standing = standing_charts(run, [date.chart_date for date in staged])
    verdict = judge(outcomes, standing, run.allowed_drops)
    for chart_date, guard in verdict.guarded.items():
        logger.warning("%s is left as it is: %s: %s: %s", chart_date, guard.place, guard.problem, guard.action)

    rewritten = [date for date in staged if date.chart_date in verdict.dates]
    with run.summary.phase("replace"):
        replace_partitions(run, rewritten)
        # What runs that died have left, too.
        run.lake.delete("staging/")
    with run.summary.phase("move"):
        keep_accepted(run, verdict.accepted)
        quarantine(run, verdict.refused)

    run.summary.add(
        files_read=sum(outcome.status in (ACCEPTED, BAD) for outcome in outcomes),
        files_quarantined=len(verdict.refused),
        rewritten={date.chart_date: date.rows for date in rewritten},
        guarded=verdict.guarded,
    )
    return [
        replace(outcome.file, chart_date=outcome.chart_date, date_is_fixed=True)
        for outcome in outcomes
        if outcome.status == OTHER_DATE
    ]


def slices(files: Iterable[RawFile]) -> Iterator[dict[str, list[RawFile]]]:
    """The files by date, oldest date first, about SLICE_CHARTS charts at a time."""
    current: dict[str, list[RawFile]] = {}
    for chart_date, of_date in sorted(by_date(files).items()):
        if current and sum(map(charts_in, (*current.values(), of_date))) > SLICE_CHARTS:
            yield current
            current = {}
        current[chart_date] = of_date
    if current:
        yield current


def charts_in(files: Iterable[RawFile]) -> int:
    """About how many charts these files have."""
    return sum(max(1, file.size // BYTES_OF_A_BUNDLED_CHART) if file.is_bundle else 1 for file in files)


def by_date(files: Iterable[RawFile]) -> dict[str, list[RawFile]]:
    """The files of each date."""
    found: dict[str, list[RawFile]] = {}
    for file in files:
        found.setdefault(file.chart_date, []).append(file)
    return found


def canonical(listing: Iterable[ListedFile]) -> list[RawFile]:
    """The processed files; any other file there is reported and left alone."""
    files = []
    for listed in listing:
        file = processed_file(listed)
        if file is None:
            logger.warning("raw/%s has no canonical name and is not read: land it under raw/to_processed/", listed.key)
        else:
            files.append(file)
    return files


def standing_charts(run: Run, dates: Sequence[str]) -> dict[str, set[str]]:
    """The charts that the lake has now, for each date."""

    def charts(chart_date: str) -> set[str]:
        try:
            partition = run.lake.read(run.partition("chart_load", chart_date))
        except FileNotFoundError:
            return set()
        try:
            return set(pq.read_table(io.BytesIO(partition), columns=["chart"])["chart"].to_pylist())
        except pa.ArrowException as error:
            raise TransformError(
                f"{run.lake.uri}/{run.partition('chart_load', chart_date)} cannot be read ({error}): restore its older "
                f"version, or take it away and rebuild the date from raw/processed/ with --reprocess_from and _to"
            ) from error

    return dict(zip(dates, at_once(charts, dates), strict=True))
