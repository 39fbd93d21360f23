"""How the checks are made: in parallel, none hides another, and what later runs rewrote is left to them."""

import threading
import time

import pytest
from botocore.exceptions import EndpointConnectionError
from hand_made_lake import BUCKET

from chart_check.errors import QueryError, RunSummaryError
from chart_check.lake_checks import AT_ONCE, Check, leave_to_later_runs, make
from chart_check.result import Outcome
from chart_check.runs import Runs

TODAY = "2026-03-22"


def check(name, find):
    return Check(name, "It holds; if not, mend it.", find)


def raiser(error):
    def find():
        raise error

    return find


@pytest.fixture
def runs(s3):
    return Runs(s3, BUCKET)


def test_checks_are_made_some_at_a_time_and_keep_their_order():
    lock, on, most = threading.Lock(), set(), []

    def find():
        with lock:
            on.add(threading.get_ident())
            most.append(len(on))
        time.sleep(0.05)
        with lock:
            on.discard(threading.get_ident())
        return []

    outcomes = make([check(f"check_{number}", find) for number in range(2 * AT_ONCE)])

    assert [it.name for it in outcomes] == [f"check_{number}" for number in range(2 * AT_ONCE)]
    assert max(most) == AT_ONCE


@pytest.mark.parametrize("error", [QueryError("no such table"), EndpointConnectionError(endpoint_url="http://x")])
def test_a_check_that_could_not_be_made_stops_no_other(error):
    outcomes = make([check("broken", raiser(error)), check("other", lambda: [{"song_id": "s1"}])])

    assert [(it.name, it.error, len(it.rows)) for it in outcomes] == [("broken", str(error), 0), ("other", None, 1)]


def test_a_fault_of_the_program_is_raised():
    with pytest.raises(ZeroDivisionError):
        make([check("faulty", lambda: [1 / 0])])


def test_the_summary_of_a_run_is_read(runs, put, summary_of):
    put("runs/landed-1.json", summary_of(guarded=["2026-03-20"], song=7))

    run = runs.summary("landed-1")

    assert run.dates_rewritten == ("2026-03-21", TODAY)
    assert run.dates_guarded == ("2026-03-20",)
    assert run.rows["song"] == 7


@pytest.mark.parametrize("content", [[], {}, {"dates_rewritten": [], "rows": {"song": "many"}}])
def test_a_summary_that_is_none_is_named(runs, put, content):
    put("runs/landed-1.json", content)

    with pytest.raises(RunSummaryError, match="is not a summary of the transform"):
        runs.summary("landed-1")


def found(*rows):
    return [Outcome("some_check", "It holds; if not, mend it.", rows)]


def test_what_is_found_on_dates_that_a_later_run_rewrote_is_left_to_its_checks(runs, put, summary_of):
    put("runs/landed-1.json", summary_of("landed-1"))
    run = runs.summary("landed-1")
    put("runs/landed-2.json", summary_of("landed-2", dates=[TODAY]))
    ours = {"chart_date": "2026-03-21", "song_id": "s1"}

    [outcome] = leave_to_later_runs(
        found(ours, {"chart_date": TODAY, "song_id": "s2"}, {"rows_found": 1, "chart_dates": f"2026-03-21,{TODAY}"}),
        run,
        runs,
    )

    assert outcome.rows == [ours]


def test_what_is_found_on_no_date_stays_ours(runs, put, summary_of):
    put("runs/landed-1.json", summary_of("landed-1"))
    run = runs.summary("landed-1")
    put("runs/landed-2.json", summary_of("landed-2"))

    [outcome] = leave_to_later_runs(found({"chart": "jp", "newest_fetched_at": None}), run, runs)

    assert len(outcome.rows) == 1


def test_what_an_earlier_run_rewrote_is_ours(runs, put, summary_of, backdate):
    put("runs/landed-0.json", summary_of("landed-0"))
    backdate("runs/landed-0.json", seconds=2)
    put("runs/landed-1.json", summary_of("landed-1"))

    [outcome] = leave_to_later_runs(found({"chart_date": TODAY}), runs.summary("landed-1"), runs)

    assert outcome.rows == [{"chart_date": TODAY}]


def test_results_and_strange_files_beside_the_summaries_take_nothing_away(runs, put, summary_of):
    put("runs/landed-1.json", summary_of("landed-1"))
    put("runs/landed-2.checks.json", summary_of("landed-2"))
    put("runs/notes.json", ["by Ana"])
    put("runs/notes.txt", summary_of("notes"))

    [outcome] = leave_to_later_runs(found({"chart_date": TODAY}), runs.summary("landed-1"), runs)

    assert outcome.rows == [{"chart_date": TODAY}]
