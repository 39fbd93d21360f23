"""All checks of one invocation, run in parallel.

Executions may overlap: while this one crawls and checks, a later run may rewrite the same dates. Rows of such dates
are left to the later run, whose own checks follow and look at the whole lake too. A later run that is just replacing a
date's files has written no summary yet: what the checks find in those seconds is reported.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chart_check.athena import Athena
from chart_check.checks import SqlCheck, run_parameters
from chart_check.errors import CheckError, RunSummaryError
from chart_check.result import Outcome, Row
from chart_check.runs import Runs, RunSummary

# By default, Athena runs 20 queries of an account at a time; this leaves some for others.
AT_ONCE = 5

VIEWS_RULE = (
    "Every view could be created again, so that it matches its tables; if not, Athena's reason names the missing "
    "permission or column."
)
SUMMARY_RULE = "Every run writes a summary; if not, look at the log of its Glue job."
GUARD_RULE = (
    "The transform's guard holds back no date; if it does, restore the missing raw files, "
    "or remove the chart from that date with top50 purge --chart CHART --date DATE."
)
QUARANTINE_RULE = (
    "A file in quarantine is not loaded: do what its action says, then remove it and its .reason.json "
    "from raw/quarantine/."
)
PROCESSED_RULE = (
    "Every chart and date with a file below raw/processed/ is in chart_load; if not, and no run is in progress, "
    "do what its action says; with CatalogMode projection, first make sure that ProjectionFrom is not after the date."
)


@dataclass(frozen=True)
class Check:
    """A rule, and how to find the rows that break it."""

    name: str
    rule: str
    find: Callable[[], list[Row]]


def sql_check(check: SqlCheck, athena: Athena, parameters: dict[str, Any]) -> Check:
    """A check that is a query."""
    return Check(check.name, check.rule, lambda: athena.query(check.sql, parameters))


def check_views(find_refused: Callable[[], list[Row]]) -> list[Outcome]:
    """Create the views; this is a check of its own."""
    return make([Check("views", VIEWS_RULE, find_refused)])


def check_lake(
    sql: Sequence[SqlCheck],
    athena: Athena,
    parameters: dict[str, Any],
    quarantined: Callable[[], list[Row]],
    not_in_lake: Callable[[datetime | None], list[Row]],
    runs: Runs,
    run_id: str | None,
) -> tuple[list[Outcome], RunSummary | None]:
    """Run every check, those of a run only with a ``run_id``; one that fails stops no other. Also the run's summary."""
    run = None
    no_summary = []
    if run_id is not None:
        try:
            run = runs.summary(run_id)
        except RunSummaryError as error:
            no_summary = [Outcome("run_summary", SUMMARY_RULE, error=str(error))]

    of_the_lake = [it for it in sql if not it.is_of_a_run]
    checks = [sql_check(it, athena, parameters) for it in of_the_lake]
    checks.append(Check("quarantine", QUARANTINE_RULE, quarantined))
    moved_until = run.written_at if run else None
    checks.append(Check("processed_in_lake", PROCESSED_RULE, lambda: not_in_lake(moved_until)))
    if run is None:
        return make(checks) + no_summary, None

    told = parameters | run_parameters(run)
    checks += [sql_check(it, athena, told) for it in sql if it.is_of_a_run]
    checks.append(Check("run_guard", GUARD_RULE, lambda: [{"chart_date": it} for it in run.dates_guarded]))
    return leave_to_later_runs(make(checks), run, runs), run


def make(checks: Iterable[Check]) -> list[Outcome]:
    """Run the checks, several at a time; an unexpected exception is raised after all have ended."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        futures = [pool.submit(_make, check) for check in checks]
    return [future.result() for future in futures]


def _make(check: Check) -> Outcome:
    started = time.monotonic()
    rows: list[Row] = []
    error = None
    try:
        rows = check.find()
    except (CheckError, ClientError, BotoCoreError) as caught:
        error = str(caught)
    return Outcome(check.name, check.rule, rows, time.monotonic() - started, error)


def leave_to_later_runs(outcomes: list[Outcome], run: RunSummary, runs: Runs) -> list[Outcome]:
    """Drop the rows of dates that a later run rewrote."""
    if all(outcome.passed for outcome in outcomes):
        return outcomes
    later = runs.rewritten_after(run)
    return [replace(it, rows=[row for row in it.rows if not later & _dates(row)]) for it in outcomes]


def _dates(row: Row) -> set[str]:
    """The dates that a row is about, if its query returns them."""
    told = row.get("chart_date") or row.get("chart_dates") or ""
    return set(told.split(","))
