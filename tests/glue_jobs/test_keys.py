from datetime import UTC, datetime

import pytest
from glue_jobs.raw_files import landed, listed

from chart_transform.keys import canonical_key, processed_file

MODIFIED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AGE = ("2026-01-02", "20260102T030405Z")


@pytest.mark.parametrize(
    ("name", "chart_date", "fetched_at"),
    [
        ("spotify_raw_2023-03-27 18_24_36.954996.json", "2023-03-27", "20230327T182436Z"),
        ("chart 2023-03-27T18:24:36.json", "2023-03-27", "20230327T182436Z"),
        ("2023-03-27T18:24:36Z.json", "2023-03-27", "20230327T182436Z"),
        ("20230327T182436Z.json", "2023-03-27", "20230327T182436Z"),
        ("top_20230327_182436.json", "2023-03-27", "20230327T182436Z"),
        ("2023_03_27__18_24_36.json", "2023-03-27", "20230327T182436Z"),
        ("20230327182436.json", "2023-03-27", "20230327T182436Z"),
        ("global.20261122T230000Z.json", "2026-11-22", "20261122T230000Z"),
        # A date alone: the time is the file's own.
        ("top50-2023-03-27.json", "2023-03-27", AGE[1]),
        ("regional-global-daily-20230327.json", "2023-03-27", AGE[1]),
        ("2023-03-27 25_61_61.json", "2023-03-27", AGE[1]),
        ("2023-03-27_1234567890.json", "2023-03-27", AGE[1]),
        # No date: digits of an id, of a count, of a month that is none.
        ("37i9dQZEVXbMDoHDwVN2tF.json", *AGE),
        ("1234567890123456789.json", *AGE),
        ("2023-13-45.json", *AGE),
        ("2023-02-29.json", *AGE),
        ("20231345_2023-03-27.json", "2023-03-27", AGE[1]),
        ("chart.json", *AGE),
        ("no ending", *AGE),
    ],
)
def test_a_name_tells_date_and_time_and_the_files_age_what_it_does_not(name, chart_date, fetched_at):
    file = landed(f"to_processed/{name}", modified=MODIFIED)

    assert (file.chart_date, file.fetched_at) == (chart_date, fetched_at)
    assert not file.date_is_fixed


def test_a_chart_date_in_the_key_counts_more_than_the_name():
    file = landed("to_processed/chart_date=2026-11-22/spotify_raw_2023-03-27 18_24_36.json", modified=MODIFIED)

    assert (file.chart_date, file.fetched_at) == ("2026-11-22", "20230327T182436Z")
    assert file.date_is_fixed


def test_a_date_in_a_folder_other_than_chart_date_is_not_read():
    file = landed("to_processed/2023-03-27/chart.json", modified=MODIFIED)

    assert (file.chart_date, file.fetched_at) == AGE


@pytest.mark.parametrize("value", ["2026-13-45", "20261122", "", "today", "2026-11-22 "])
def test_a_chart_date_in_the_key_that_is_no_date_is_a_problem_of_the_file(value):
    file = landed(f"to_processed/chart_date={value}/global.json")

    assert file.problem == f"chart_date={value} in the key is not a date like 2026-11-22"


def test_a_landed_files_chart_is_the_default_until_it_is_read():
    assert landed(default_chart="mine").chart == "mine"
    assert landed().landed


@pytest.mark.parametrize("chart", ["global", "us", "my_chart-2"])
@pytest.mark.parametrize(
    "fetched_at",
    [datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)],
)
def test_a_canonical_key_says_all_that_a_later_run_needs(chart, fetched_at):
    key = canonical_key(chart, "2026-11-22", fetched_at, "1f3a9c20")

    file = processed_file(listed(f"processed/{key}"))

    assert file is not None
    assert (file.chart, file.chart_date, file.sha8) == (chart, "2026-11-22", "1f3a9c20")
    assert datetime.strptime(file.fetched_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) == fetched_at
    assert file.date_is_fixed
    assert not file.landed


def test_a_canonical_key_has_no_spaces_and_no_colons():
    key = canonical_key("global", "2026-11-22", datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC), "1f3a9c20")

    assert key == "chart_date=2026-11-22/global.20261122T230004Z.1f3a9c20.json"


@pytest.mark.parametrize(
    "name",
    [
        "chart_date=2026-11-22/notes.txt",
        "chart_date=2026-11-22/global.20261122T230004Z.json",
        "chart_date=2026-11-22/global.20261122T230004Z.XYZ.json",
        "chart_date=2026-11-22/global.20269999T999999Z.1f3a9c20.json",
        "chart_date=2026-13-45/global.20261122T230004Z.1f3a9c20.json",
        "chart_date=2026-11-22/deeper/global.20261122T230004Z.1f3a9c20.json",
        "global.20261122T230004Z.1f3a9c20.json",
    ],
)
def test_a_stranger_below_processed_is_not_taken_for_a_raw_file(name):
    assert processed_file(listed(f"processed/{name}")) is None
