"""Each check on rows that satisfy it and on rows that break it."""

import pyarrow as pa
import pytest

from chart_check.checks import sql_checks
from chart_transform.schemas import TABLES as SCHEMAS
from top50.imports.records import RANKS

EARLIER, TODAY = "2026-03-21", "2026-03-22"


@pytest.mark.parametrize("name", [check.name for check in sql_checks()])
def test_a_good_lake_satisfies_it(found, lake, name):
    assert found(name) == []


# Keys: each row once.


def test_two_entries_on_one_position_break_it(found, lake):
    lake.double("chart_entry", {"chart": "us", "position": 3})

    assert found("chart_entry_unique") == [{"chart_date": TODAY, "chart": "us", "position": 3, "rows_found": 2}]


def test_the_same_position_of_two_charts_and_dates_satisfies_it(found, lake):
    lake.change("chart_entry", {"chart": "us", "position": 3}, position=2)

    assert found("chart_entry_unique") == []


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("song", {"song_id": "s2"}),
        ("artist", {"artist_id": "a2"}),
        ("album", {"album_id": "b1"}),
        ("chart_load", {"chart": "us"}),
    ],
)
def test_a_row_that_is_there_twice_breaks_it(found, lake, table, key):
    lake.double(table, key, day=EARLIER)

    assert found(f"{table}_unique") == [{"chart_date": EARLIER, **key, "rows_found": 2}]


@pytest.mark.parametrize(("column", "value"), [("artist_id", "a1"), ("artist_position", 1)])
def test_a_song_that_names_an_artist_or_a_place_in_its_credits_twice_breaks_it(found, lake, column, value):
    lake.change("song_artist", {"song_id": "s1", "artist_position": 2}, **{column: value})

    assert found("song_artist_unique") == [
        {"chart_date": TODAY, "song_id": "s1", "twice": column, "value": str(value), "rows_found": 2}
    ]


# Positions and counts.


@pytest.mark.parametrize("position", [None, 0, 4])
def test_a_position_outside_the_chart_breaks_it(found, lake, position):
    lake.change("chart_entry", {"chart": "global", "position": 3}, position=position)

    assert found("chart_entry_position") == [
        {"chart_date": TODAY, "chart": "global", "position": position, "entries_expected": 3}
    ]


def test_entries_of_another_raw_file_than_the_one_loaded_break_it(found, lake):
    lake.change("chart_entry", {"chart": "us"}, source_key="older.json")

    assert found("chart_entry_source") == [
        {
            "chart_date": TODAY,
            "chart": "us",
            "source_key": "older.json",
            "source_key_loaded": "chart_date=2026-03-22/us.20260322T230004Z.1f3a9c20.json",
            "entries_found": 2,
        }
    ]


def test_a_position_below_one_breaks_it_even_where_no_chart_was_loaded(found, lake):
    lake.change("chart_entry", {"chart": "us", "position": 1}, position=0)
    lake.remove("chart_load", {"chart": "us"})

    assert found("chart_entry_position") == [
        {"chart_date": TODAY, "chart": "us", "position": 0, "entries_expected": None}
    ]


def test_entries_of_a_chart_that_was_not_loaded_have_no_source(found, lake):
    lake.remove("chart_load", {"chart": "us"})

    [row] = found("chart_entry_source")
    assert (row["chart"], row["source_key_loaded"], row["entries_found"]) == ("us", None, 2)


def count_row(chart="us", **other):
    """What chart_load_counts shows of the good chart ``us``, but for what a test is about."""
    good = {"entries_found": 2, "entries_loaded": 2, "entries_skipped": 1, "entries_expected": 3}
    return {"chart_date": TODAY, "chart": chart} | good | other


NOT_LOADED = {"entries_loaded": None, "entries_skipped": None, "entries_expected": None}


@pytest.mark.parametrize(
    ("table", "rows", "shown"),
    [
        ("chart_entry", {"chart": "us", "position": 3}, {"entries_found": 1}),
        ("chart_entry", {"chart": "us"}, {"entries_found": 0}),
        ("chart_load", {"chart": "us"}, NOT_LOADED),
    ],
    ids=["an entry", "all of a chart's entries", "the chart's load"],
)
def test_what_is_lost_breaks_the_count(found, lake, table, rows, shown):
    lake.remove(table, rows)

    assert found("chart_load_counts") == [count_row(**shown)]


def test_loaded_and_skipped_that_do_not_make_the_expected_break_the_count(found, lake):
    lake.change("chart_load", {"chart": "us"}, entries_skipped=0)

    assert found("chart_load_counts") == [count_row(entries_skipped=0)]


def test_a_loaded_chart_all_of_whose_entries_were_skipped_satisfies_the_count(found, lake):
    lake.remove("chart_entry", {"chart": "us"})
    lake.change("chart_load", {"chart": "us"}, entries_loaded=0, entries_skipped=3)

    assert found("chart_load_counts") == []


# A song's artists.


def position_row(song="s1", first=1, last=2, links=1):
    return {
        "chart_date": TODAY,
        "song_id": song,
        "first_position": first,
        "last_position": last,
        "links_found": links,
    }


def test_a_lost_first_artist_of_a_song_breaks_it(found, lake):
    lake.remove("song_artist", {"song_id": "s1", "artist_position": 1})

    assert found("song_artist_positions") == [position_row(first=2)]


def test_a_lost_artist_amid_a_songs_others_breaks_it(found, lake):
    lake.change("song_artist", {"song_id": "s1", "artist_position": 2}, artist_position=3)

    assert found("song_artist_positions") == [position_row(last=3, links=2)]


@pytest.mark.parametrize("position", [None, 0, 2])
def test_an_only_artist_who_is_not_the_first_breaks_it(found, lake, position):
    lake.change("song_artist", {"song_id": "s3"}, artist_position=position)

    assert found("song_artist_positions") == [position_row("s3", first=position, last=position)]


def test_artists_of_a_song_in_any_order_of_rows_satisfy_it(found, lake):
    lake.replace("song_artist", lake.rows("song_artist")[::-1])

    assert found("song_artist_positions") == []


# What refers to what, within a date.


def test_a_charted_song_without_its_row_breaks_it(found, lake):
    lake.remove("song", {"song_id": "s3"})

    assert found("chart_entry_song") == [{"chart_date": TODAY, "chart": "global", "position": 3, "song_id": "s3"}]


def test_a_charted_song_whose_row_is_of_another_date_breaks_it(found, lake):
    lake.change("chart_entry", {"chart": "us", "position": 1}, song_id="s9")
    lake.change("song", {"song_id": "s1"}, day=EARLIER, song_id="s9")

    assert {"chart_date": TODAY, "chart": "us", "position": 1, "song_id": "s9"} in found("chart_entry_song")


def test_an_entry_without_a_song_breaks_it(found, lake):
    lake.change("chart_entry", {"chart": "us", "position": 3}, song_id=None)

    assert found("chart_entry_song") == [{"chart_date": TODAY, "chart": "us", "position": 3, "song_id": None}]


def test_a_song_without_its_albums_row_breaks_it(found, lake):
    lake.change("song", {"song_id": "s2"}, album_id="b9")

    assert found("song_album") == [{"chart_date": TODAY, "song_id": "s2", "album_id": "b9"}]


def test_a_song_without_any_artist_breaks_it(found, lake):
    lake.remove("song_artist", {"song_id": "s3"})

    assert found("song_has_artist") == [{"chart_date": TODAY, "song_id": "s3"}]


def test_a_song_with_a_credit_needs_no_artist(found, lake):
    lake.remove("song_artist", {"song_id": "s3"})
    lake.change("song", {"song_id": "s3"}, credited_artists="Ana")

    assert found("song_has_artist") == []


def test_a_song_from_a_row_that_names_nobody_needs_none(found, lake):
    lake.remove("song_artist", {"song_id": "s3"})
    lake.change("song", {"song_id": "s3"}, duration_ms=None)

    assert found("song_has_artist") == []


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"song_id": "s9"}, {"has_song": False, "has_artist": True}),
        ({"artist_id": "a9"}, {"has_song": True, "has_artist": False}),
    ],
)
def test_a_link_without_one_of_its_ends_breaks_it(found, lake, change, missing):
    lake.change("song_artist", {"song_id": "s3"}, **change)

    link = {"song_id": "s3", "artist_id": "a2"} | change
    assert found("song_artist_ends") == [{"chart_date": TODAY} | link | missing]


def test_a_date_without_any_rows_of_a_table_is_not_left_out(found, lake):
    lake.replace("song_artist", [])

    assert [row["song_id"] for row in found("song_has_artist")] == ["s1", "s2", "s3"]


# Freshness. The execution started 56 seconds after the newest extraction.


@pytest.mark.parametrize(
    ("charts", "missing"), [("global,jp", [{"chart": "jp", "newest_fetched_at": None}]), ("none", []), ("all", [])]
)
def test_a_named_chart_that_was_never_loaded_is_not_fresh(found, lake, charts, missing):
    assert found("chart_fresh", charts=charts) == missing


# The newest of us is then of the day before, a minute more than 24 hours ago.
@pytest.mark.parametrize(
    ("charts", "age_hours", "old"),
    [
        ("global,us", 24, [("us", "2026-03-21T23:00:04.000")]),
        ("global,us", 25, []),
        ("global", 24, []),
        ("all,jp", 24, [("jp", None), ("us", "2026-03-21T23:00:04.000")]),
    ],
    ids=["too old", "not yet", "no longer configured", "all that were ever loaded"],
)
def test_a_configured_chart_that_is_too_old_is_not_fresh(found, lake, charts, age_hours, old):
    lake.remove("chart_load", {"chart": "us"})

    assert [tuple(row.values()) for row in found("chart_fresh", charts=charts, age_hours=age_hours)] == old


@pytest.mark.parametrize("source", [*RANKS, "archive"])
def test_nobody_promises_a_csv_or_an_import_a_day(found, lake, source):
    lake.remove("chart_load", {"chart": "us"})
    lake.change("chart_load", {"chart": "us"}, EARLIER, source=source)

    assert found("chart_fresh", charts="all", age_hours=24) == []
    assert [row["chart"] for row in found("chart_fresh", charts="global,us", age_hours=240)] == ["us"]


# The run's own words.


def test_a_date_that_the_run_rewrote_and_athena_does_not_see_breaks_it(found, lake):
    assert found("run_dates", dates=(EARLIER, "2026-03-23")) == [{"chart_date": "2026-03-23"}]


def test_rows_that_the_run_wrote_and_athena_does_not_see_break_it(found, lake):
    lake.remove("song", {"song_id": "s3"})

    assert found("run_rows", dates=(TODAY,)) == [
        {"table_name": "song", "rows_told": 3, "rows_found": 2, "chart_dates": TODAY}
    ]


def test_a_table_that_is_empty_on_a_date_breaks_it(found, lake):
    lake.replace("album", [])

    assert [row["rows_found"] for row in found("run_rows", dates=(TODAY,))] == [0]


def test_rows_of_dates_between_those_that_the_run_touched_are_not_counted(found, lake):
    of_one_day = {"chart_entry": 5, "song": 3, "artist": 2, "album": 1, "song_artist": 4, "chart_load": 2}

    assert found("run_rows", dates=(EARLIER, "2026-03-23"), **of_one_day) == []


@pytest.mark.parametrize("name", ["run_dates", "run_rows"])
def test_only_the_partitions_of_the_runs_dates_are_opened(found, lake, files_read, name):
    found(name, dates=(TODAY,))

    assert {file.key.split("/")[2] for file in files_read()} == {f"chart_date={TODAY}"}


def test_a_run_that_rewrote_nothing_satisfies_both(found, lake):
    assert found("run_dates", dates=()) == []
    assert found("run_rows", dates=()) == []


# Types.


def test_a_time_that_the_crawler_takes_for_a_number_breaks_it(found, lake, monkeypatch):
    good = SCHEMAS["chart_load"]
    numbers = good.set(good.get_field_index("fetched_at"), pa.field("fetched_at", pa.int64()))
    with monkeypatch.context() as patch:
        patch.setitem(SCHEMAS, "chart_load", numbers)
        for day in (EARLIER, TODAY):
            rows = lake.rows("chart_load", day)
            lake.replace("chart_load", [row | {"fetched_at": 1774220404000000} for row in rows], day)
    lake.crawl()

    rows = found("timestamp_types")
    lake.mend()
    lake.crawl()

    assert rows == [{"table_name": "chart_load", "column_name": "fetched_at", "value": "1774220404000000"}]
    assert found("timestamp_types") == []
