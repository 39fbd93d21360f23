"""What was processed is in the lake: a file below ``raw/processed/`` whose rows are gone is found."""

from datetime import timedelta

import pytest
from hand_made_lake import BUCKET

from chart_check.processed import processed_not_in_lake
from chart_check.result import ROWS_AT_MOST

EARLIER, TODAY = "2026-03-21", "2026-03-22"


def key(chart="us", day=TODAY, fetched_at="20260322T230004Z"):
    return f"raw/processed/chart_date={day}/{chart}.{fetched_at}.1f3a9c20.json"


@pytest.fixture
def missing(s3, lake, athena):
    """The charts and dates that are found; ``lake`` is there to be damaged before."""

    def missing(moved_until=None):
        return [(row["chart"], row["chart_date"]) for row in processed_not_in_lake(s3, BUCKET, athena, moved_until)]

    return missing


@pytest.fixture
def processed(put):
    """A file for each chart and date of the good lake."""
    for day in (EARLIER, TODAY):
        for chart in ("global", "us"):
            put(key(chart, day), {})


def test_a_complete_lake_satisfies_it(missing, processed, put):
    put(key(fetched_at="20260322T110004Z"), {})  # An older file of the same chart and date.

    assert missing() == []


def test_a_chart_removed_from_a_date_breaks_it_and_says_what_to_do(s3, athena, lake, processed):
    lake.remove("chart_load", {"chart": "us"}, day=EARLIER)

    assert processed_not_in_lake(s3, BUCKET, athena, moved_until=None) == [
        {
            "chart": "us",
            "chart_date": EARLIER,
            "action": f"rebuild {EARLIER}: top50 reprocess --from {EARLIER} --to {EARLIER}",
        }
    ]


def test_a_bundle_whose_date_has_charts_satisfies_it_and_one_whose_date_has_none_breaks_it(missing, processed, put):
    put(key("bundle").replace(".json", ".jsonl.gz"), {})
    put(key("bundle", "2026-03-01").replace(".json", ".jsonl.gz"), {})

    assert missing() == [("those of a bundle", "2026-03-01")]


def test_a_date_removed_from_the_lake_breaks_it(missing, processed, s3):
    partition = f"lake/chart_load/chart_date={EARLIER}/part-0.parquet"
    content = s3.get_object(Bucket=BUCKET, Key=partition)["Body"].read()
    s3.delete_object(Bucket=BUCKET, Key=partition)

    try:
        assert missing() == [("global", EARLIER), ("us", EARLIER)]
    finally:
        s3.put_object(Bucket=BUCKET, Key=partition, Body=content)


def test_the_newest_date_is_shown_first(missing, put):
    put(key(day="2026-03-19"), {})
    put(key(day="2026-03-20"), {})

    assert missing() == [("us", "2026-03-20"), ("us", "2026-03-19")]


@pytest.mark.parametrize(
    "name",
    [
        "notes.txt",
        "chart_date=2026-03-20/us.json",
        "chart_date=2026-03-20/us.20260320T230004Z.1f3a9c20.json.bak",
        "chart_date=2026-03-20/older/us.20260320T230004Z.1f3a9c20.json",
        "chart_date=2026-02-30/us.20260320T230004Z.1f3a9c20.json",
        "chart_date=2026-03-20/us.20260320T250004Z.1f3a9c20.json",
        f"chart_date=2026-03-20/{'x' * 65}.20260320T230004Z.1f3a9c20.json",
    ],
)
def test_a_file_that_the_transform_would_not_read_is_ignored(missing, put, name):
    put(f"raw/processed/{name}", {})

    assert missing() == []


def test_a_file_that_a_later_run_has_moved_is_left_to_its_own_checks(missing, put):
    moved_at = put(key(day="2026-03-23"), {})

    assert missing(moved_until=moved_at - timedelta(seconds=1)) == []
    assert missing(moved_until=moved_at) == [("us", "2026-03-23")]


def test_of_very_many_no_more_are_told_than_a_query_gives(missing, put):
    for number in range(ROWS_AT_MOST + 1):
        put(key(f"chart-{number}"), {})

    assert len(missing()) == ROWS_AT_MOST


def test_every_page_of_the_listing_is_read(missing, put, s3, monkeypatch):
    put(key("a"), {})
    put(key("b"), {})
    paginator = s3.get_paginator("list_objects_v2")
    pages = paginator.paginate
    monkeypatch.setattr(paginator, "paginate", lambda **asked: pages(**asked, PaginationConfig={"PageSize": 1}))
    monkeypatch.setattr(s3, "get_paginator", lambda _name: paginator)

    assert missing() == [("a", TODAY), ("b", TODAY)]
