"""All checks of one invocation: made in parallel, then judged.

Executions may overlap: while this one crawls and checks, a later run may rewrite dates of this one. What the checks
find on such dates is left to the later run, whose own checks follow; they look at the whole lake too. A later run that
is in the midst of replacing a date's files has left no summary yet: what is found in those seconds is reported.
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

# Athena runs 20 queries of an account at a time, unless a quota says otherwise; others have questions, too.
AT_ONCE = 5

VIEWS_RULE = (
    "Every view could be made anew, so that it knows its tables as they are now; if not, Athena's reason says what the "
    "function may not do or what the tables no longer have."
)
SUMMARY_RULE = "Each run leaves its summary; if not, look at the log of its Glue job."
GUARD_RULE = (
    "No date is held back by the transform's guard; if one is, bring back its missing raw files, "
    "or run the transform with --allow_drop for the chart that shall go."
)
QUARANTINE_RULE = (
    "Nothing was quarantined since the execution started; if something was, do what its action says, "
    "and remove it from raw/quarantine/."
)
PROCESSED_RULE = (
    "Every chart and date that has a file below raw/processed/ is in chart_load; if not, and no run is under way, "
    "do what its action says; with CatalogMode projection, see first that ProjectionFrom is not after the date."
)


@dataclass(frozen=True)
class Check:
    """A rule, and how to find the rows that break it."""

    name: str
    rule: str
    find: Callable[[], list[Row]]


def sql_check(check: SqlCheck, athena: Athena, parameters: dict[str, Any]) -> Check:
    """A check that Athena makes."""
    return Check(check.name, check.rule, lambda: athena.query(check.sql, parameters))


def check_views(find_refused: Callable[[], list[Row]]) -> list[Outcome]:
    """Make the views, as a check of its own: what people ask the lake through stands or falls with the tables."""
    return make([Check("views", VIEWS_RULE, find_refused)])


def check_lake(
    sql: Sequence[SqlCheck],
    athena: Athena,
    parameters: dict[str, Any],
    quarantined: Callable[[], list[Row]],
    not_in_lake: Callable[[datetime | None], list[Row]],
    runs: Runs,
    run_id: str | None,
) -> list[Outcome]:
    """Make every check; those of a run only with a ``run_id``. One that fails stops no other."""
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
        return make(checks) + no_summary

    told = parameters | run_parameters(run)
    checks += [sql_check(it, athena, told) for it in sql if it.is_of_a_run]
    checks.append(Check("run_guard", GUARD_RULE, lambda: [{"chart_date": it} for it in run.dates_guarded]))
    return leave_to_later_runs(make(checks), run, runs)


def make(checks: Iterable[Check]) -> list[Outcome]:
    """Make the checks, some at a time; a fault of this program is raised after the others have ended."""
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
    """Drop the rows of dates that a later run has rewritten."""
    if all(outcome.passed for outcome in outcomes):
        return outcomes
    later = runs.rewritten_after(run)
    return [replace(it, rows=[row for row in it.rows if not later & _dates(row)]) for it in outcomes]


def _dates(row: Row) -> set[str]:
    """The dates that a row is about, if its query says so."""
    told = row.get("chart_date") or row.get("chart_dates") or ""
    return set(told.split(","))
