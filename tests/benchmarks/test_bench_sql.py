"""``make bench-sql``: numbers worked out by hand; the command itself is tried in test_bench.py."""

from pathlib import Path

import pytest
from benchmarks.sql_costs import LEAST_BYTES, measured, questions, tables_of_a_date, views
from hand_made_lake import BUCKET, hand_made_lake

ROOT = Path(__file__).parents[2]
D1, D2, D3 = "2026-01-01", "2026-01-02", "2026-01-03"


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        lake.fill({D1: {"global": "a b"}, D2: {"global": "b a", "us": "a"}, D3: {"global": "b c"}})
        yield lake


def key(table, day):
    return f"lake/{table}/chart_date={day}/part-0.parquet"


def sizes(lake):
    """Bytes of the lake's files by their keys."""
    listed = lake.stack.client("s3").list_objects_v2(Bucket=BUCKET, Prefix="lake/")
    return {item["Key"]: item["Size"] for item in listed["Contents"]}


def test_one_date_reads_one_file_of_a_table(lake):
    of_date = {cost.name: cost for cost in tables_of_a_date(lake.stack, lake.local_athena, D2)}

    assert {name: cost.files for name, cost in of_date.items()} == {name: (key(name, D2),) for name in of_date}
    assert all(cost.size == sizes(lake)[key(name, D2)] for name, cost in of_date.items())
    assert len(of_date) == 6


def test_a_range_of_dates_reads_the_files_of_those_dates(lake):
    cost = measured(lake.stack, lake.local_athena, "range", f"SELECT name FROM song WHERE chart_date >= '{D2}'")

    assert sorted(cost.files) == [key("song", D2), key("song", D3)]
    assert cost.size == sizes(lake)[key("song", D2)] + sizes(lake)[key("song", D3)]


def test_what_a_query_names_twice_is_read_twice_as_trino_does(lake):
    once = "SELECT song_id, count(*) AS dates FROM song GROUP BY song_id"
    twice = f"WITH it AS ({once}) SELECT * FROM it JOIN it AS other ON other.song_id = it.song_id"

    cost = measured(lake.stack, lake.local_athena, "twice", twice)

    assert sorted(cost.files) == sorted([key("song", day) for day in (D1, D2, D3)] * 2)


def test_a_view_reads_what_it_stands_on_and_of_one_date_only_that_where_nothing_is_looked_back_at(lake):
    opened = {cost.name: len(cost.files) for cost in views(lake.stack, lake.local_athena, D2)}

    assert opened["song_latest"] == 3
    # chart_load once and chart_entry twice, of three dates; of one date still all, to find what was before.
    assert opened["chart_movement"] == 3 + 2 * 3
    # chart_entry, song_artist, artist.
    assert (opened["artist_presence"], opened["artist_presence, one date"]) == (3 * 3, 3)


def test_no_question_is_near_the_limit_and_each_costs_the_least_there_is(lake):
    costs = list(questions(lake.stack, lake.local_athena))

    assert len(costs) == len(list((ROOT / "deploy" / "queries").glob("*.sql")))
    assert all(0 < cost.size < LEAST_BYTES for cost in costs)
    assert all(0.00005 < cost.dollars < 0.0001 for cost in costs)
