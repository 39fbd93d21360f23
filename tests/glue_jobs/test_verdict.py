import pytest
from glue_jobs.parsed_charts import at
from glue_jobs.raw_files import landed, listed

from chart_transform import slices
from chart_transform.keys import canonical_key, processed_file
from chart_transform.raw_files import ACCEPTED, BAD, CHANGED, OTHER_DATE, Outcome
from chart_transform.verdict import judge

DAY = "2026-11-22"


def outcome(chart="global", hour=12, day=DAY, status=ACCEPTED, sha8="00000000", processed=False):
    """A parsed file; each test states only what it is about."""
    source_key = canonical_key(chart, day, at(hour), sha8)
    if processed:
        file = processed_file(listed(f"processed/{source_key}"))
    else:
        file = landed(f"to_processed/chart_date={day}/{chart}.{hour}.{sha8}.json")
    return Outcome(file, status, day, source_key=source_key, sha8=sha8, charts=(chart,))


def test_every_good_file_is_kept_whether_it_is_the_newest_of_its_chart_or_not():
    old, new, other = outcome(hour=9), outcome(hour=10), outcome("us", hour=1)

    verdict = judge([old, new, other], {DAY: {"global"}}, set())

    assert verdict.accepted == [old, new, other]
    assert (verdict.dates, verdict.refused, verdict.guarded) == ([DAY], [], {})


def test_bad_files_are_refused_and_their_date_is_not_rewritten():
    bad, good = outcome(day="2026-11-21", status=BAD), outcome()

    verdict = judge([bad, good], {"2026-11-21": {"global"}}, set())

    assert verdict.refused == [bad]
    assert (verdict.dates, verdict.guarded) == ([DAY], {})


@pytest.mark.parametrize("status", [CHANGED, OTHER_DATE])
def test_files_for_another_time_are_neither_used_nor_moved(status):
    verdict = judge([outcome(status=status)], {}, set())

    assert (verdict.dates, verdict.accepted, verdict.refused) == ([], [], [])


def test_a_date_that_would_lose_a_chart_is_left_and_its_landed_files_refused():
    landed_file, kept, elsewhere = outcome("us"), outcome("fr", processed=True), outcome("us", day="2026-11-23")

    verdict = judge([landed_file, kept, elsewhere], {DAY: {"us", "fr", "de", "global"}}, {(DAY, "de")})

    assert list(verdict.guarded) == [DAY]
    assert verdict.dates == ["2026-11-23"]
    assert verdict.accepted == [elsewhere]
    (refused,) = verdict.refused
    assert refused.file == landed_file.file
    assert refused.problem == f"loading it would drop global from {DAY}: its raw file is gone"
    assert f"--allow_drop {DAY}:global" in str(refused.action)


def test_an_allowed_drop_drops_that_chart_of_that_date_only():
    file = outcome("us")

    assert judge([file], {DAY: {"us", "global"}}, {(DAY, "global")}).accepted == [file]
    for standing, allowed, lost in [({"global"}, ("2026-11-23", "global"), "global"), ({"fr"}, (DAY, "global"), "fr")]:
        guarded = judge([file], {DAY: {"us", *standing}}, {allowed}).guarded
        assert guarded[DAY].problem.startswith(f"loading it would drop {lost} from")


def test_a_damaged_processed_file_leaves_its_date_and_is_never_moved():
    damaged, late = outcome(status=BAD, processed=True), outcome("us")

    verdict = judge([damaged, late], {DAY: {"global"}}, set())

    assert list(verdict.guarded) == [DAY]
    assert verdict.dates == []
    assert [refused.file for refused in verdict.refused] == [late.file]
    assert damaged.file.key in str(verdict.refused[0].place)


def test_slices_hold_whole_dates_oldest_first(monkeypatch):
    monkeypatch.setattr(slices, "SLICE_CHARTS", 4)
    days = ["2026-11-24", "2026-11-22", "2026-11-23", "2026-11-22", "2026-11-23", "2026-11-25"]
    files = [landed(f"to_processed/chart_date={day}/{index}.json") for index, day in enumerate(days)]

    found = [[(day, len(of_day)) for day, of_day in chosen.items()] for chosen in slices.slices(files)]

    assert found == [[("2026-11-22", 2), ("2026-11-23", 2)], [("2026-11-24", 1), ("2026-11-25", 1)]]


def test_a_date_with_more_files_than_a_slice_is_still_one_slice(monkeypatch):
    monkeypatch.setattr(slices, "SLICE_CHARTS", 2)
    files = [landed(f"to_processed/chart_date={DAY}/{index}.json") for index in range(5)]

    assert [list(map(len, chosen.values())) for chosen in slices.slices(files)] == [[5]]
    assert list(slices.slices([])) == []
