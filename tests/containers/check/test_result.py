import json

import pytest

from chart_check.errors import ChecksFailedError
from chart_check.result import CheckResult, Outcome

RULE = "A song has one row per date; if it has more, re-process the dates."
GOOD = Outcome("album_unique", "An album has one row per date; if it has more, re-process.", seconds=0.1234)


def bad(rows=7):
    """A check that found this many rows."""
    found = [{"chart_date": "2026-03-22", "song_id": f"s{number}"} for number in range(rows)]
    return Outcome("song_unique", RULE, found, seconds=1.5)


def result(*outcomes):
    return CheckResult("landed-1", "2026-03-22T23:01:00.123Z", outcomes)


def test_the_answer_counts_and_shows_a_few_rows_of_each_failed_check():
    answer = result(GOOD, bad()).to_dict()

    assert answer == {
        "run_id": "landed-1",
        "started_at": "2026-03-22T23:01:00.123Z",
        "checks": [
            {"name": "album_unique", "passed": True, "rows": 0, "sample": [], "seconds": 0.123},
            {
                "name": "song_unique",
                "passed": False,
                "rows": 7,
                "sample": [{"chart_date": "2026-03-22", "song_id": f"s{number}"} for number in range(5)],
                "seconds": 1.5,
                "rule": RULE,
            },
        ],
        "passed": 1,
        "failed": 1,
    }


def test_when_all_passed_the_answer_is_returned():
    assert result(GOOD).or_raise("s3://b/k") == result(GOOD).to_dict()


def test_the_error_names_check_rows_rule_and_where_the_result_lies():
    with pytest.raises(ChecksFailedError) as raised:
        result(GOOD, bad()).or_raise("s3://b/k")

    assert str(raised.value).splitlines() == [
        "1 of 2 checks failed: song_unique (all of them: s3://b/k)",
        f"- song_unique: 7 rows. {RULE}",
        '    {"chart_date": "2026-03-22", "song_id": "s0"}',
        '    {"chart_date": "2026-03-22", "song_id": "s1"}',
        '    {"chart_date": "2026-03-22", "song_id": "s2"}',
    ]


def test_one_row_is_one_row_and_a_full_sample_may_be_more():
    assert "1 row. " in str(bad(1))
    assert "100 rows or more. " in str(bad(100))


def test_checks_that_could_not_be_made_have_failed_and_their_common_reason_is_told_once():
    why = "Athena did not answer the query: no such table"
    outcomes = [Outcome(name, RULE, error=why) for name in ("song_unique", "song_album")]

    assert [outcome.passed for outcome in outcomes] == [False, False]
    assert outcomes[0].to_dict()["error"] == why
    with pytest.raises(ChecksFailedError, match=f"\n- song_unique, song_album could not run: {why}$"):
        result(*outcomes).or_raise("s3://b/k")


def test_long_values_are_cut_in_what_is_stored():
    outcome = Outcome("quarantine", RULE, [{"problem": "x" * 10_000, "entries": 49}])

    [row] = outcome.to_dict()["sample"]

    assert row == {"problem": "x" * 499 + "…", "entries": 49}


def test_the_error_of_a_lake_wrong_in_every_way_fits_into_a_cause_of_step_functions():
    rows = [{"problem": "x" * 10_000, "place": "y" * 10_000}] * 100
    worst = result(*[Outcome(f"check_{number}", "z" * 250, rows) for number in range(20)])

    with pytest.raises(ChecksFailedError) as raised:
        worst.or_raise("s3://b/k")

    assert len(json.dumps({"errorMessage": str(raised.value)})) < 32_768
