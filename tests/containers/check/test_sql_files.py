"""Every check says what must hold, and ends with the limit that the report counts on; all are SQL by `make check`."""

from datetime import UTC, date, datetime

import pytest

from chart_check.checks import FOLDER, OF_A_RUN, run_parameters, sql_checks
from chart_check.result import ROWS_AT_MOST
from chart_check.runs import RunSummary
from chart_check.views import lake_views

PARAMETERS = {"charts": "global", "all_loaded": False, "fresh_since": None, **dict.fromkeys(OF_A_RUN, "")}
CHECKS = pytest.mark.parametrize("check", sql_checks(), ids=lambda check: check.name)


def test_every_file_is_a_check():
    assert [check.name for check in sql_checks()] == sorted(path.stem for path in FOLDER.iterdir())


@CHECKS
def test_it_asks_only_for_parameters_that_it_is_given(check):
    assert check.parameters <= PARAMETERS.keys()


def test_the_bounds_of_a_run_are_dates_even_if_it_rewrote_nothing():
    idle = RunSummary("landed-1", (), (), {"song": 0}, datetime.now(UTC))

    told = run_parameters(idle)

    assert date.fromisoformat(told["first_date"]) == date.fromisoformat(told["last_date"])


@CHECKS
def test_it_begins_with_what_must_hold_and_what_to_do_if_not(check):
    assert check.rule.endswith(".")
    assert "; if " in check.rule


@pytest.mark.parametrize("sql", [it.sql for it in (*sql_checks(), *lake_views())])
def test_a_check_or_view_goes_to_athena_without_comments_and_semicolons(sql):
    assert "--" not in sql
    assert ";" not in sql


@CHECKS
def test_it_ends_with_the_limit(check):
    assert check.sql.endswith(f"\nLIMIT {ROWS_AT_MOST}\n")
