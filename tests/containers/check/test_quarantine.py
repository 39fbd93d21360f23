from datetime import timedelta

import pytest
from hand_made_lake import BUCKET

from chart_check.quarantine import quarantined_since
from chart_check.result import ROWS_AT_MOST

FILE = "raw/quarantine/chart_date=2026-03-22/us.20260322T230000Z.json"
REASON = {
    "source_key": "to_processed/chart_date=2026-03-22/us.20260322T230000Z.json",
    "problem": "49 entries, but total is 50",
    "place": "total",
    "action": "extract it again",
}


def test_a_file_refused_since_the_start_breaks_it_and_is_shown_with_its_reason(s3, put):
    put(FILE, {})
    refused_at = put(f"{FILE}.reason.json", REASON)

    found = quarantined_since(s3, BUCKET, refused_at - timedelta(minutes=5))

    assert found == [{**REASON, "reason_file": f"{FILE}.reason.json"}]


@pytest.mark.parametrize(("seconds_later", "counts"), [(0.999, True), (1, False)])
def test_a_file_refused_in_the_second_of_the_start_counts_and_one_before_does_not(s3, put, seconds_later, counts):
    refused_at = put(f"{FILE}.reason.json", REASON)

    assert bool(quarantined_since(s3, BUCKET, refused_at + timedelta(seconds=seconds_later))) is counts


def test_a_reason_that_cannot_be_read_is_shown_by_its_place(s3, put):
    refused_at = put(f"{FILE}.reason.json", ["seen by Ana"])
    s3.put_object(Bucket=BUCKET, Key="raw/quarantine/chart_date=x/x.reason.json", Body=b"\xff")

    found = quarantined_since(s3, BUCKET, refused_at)

    unknown = dict.fromkeys(REASON)
    assert found == [
        unknown | {"reason_file": f"{FILE}.reason.json"},
        unknown | {"reason_file": "raw/quarantine/chart_date=x/x.reason.json"},
    ]


def test_a_dropped_csv_that_extract_refused_is_no_matter_of_this_run(s3, put):
    refused_at = put("raw/quarantine/chart_csv/regional-us-daily-2026-03-21.csv.reason.json", REASON)

    assert quarantined_since(s3, BUCKET, refused_at) == []


def test_of_very_many_no_more_are_read_than_a_query_gives(s3, put):
    for number in range(ROWS_AT_MOST + 1):
        refused_at = put(f"raw/quarantine/chart_date={number}/x.reason.json", REASON)

    assert len(quarantined_since(s3, BUCKET, refused_at - timedelta(minutes=5))) == ROWS_AT_MOST
