"""The work on one date: its files read, the newest of each chart chosen, the tables staged."""

import io
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
from glue_jobs.parsed_charts import at, chart
from glue_jobs.raw_files import DAY, as_bytes, entry, envelope, landed, track

from chart_transform import partitions
from chart_transform.partitions import chunks, keep_newest, stage_date
from chart_transform.raw_files import BAD, CHANGED
from chart_transform.stores.local import LocalStore


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (chart(fetched_at=at(9), source_key="b"), chart(fetched_at=at(10), source_key="a")),
        (chart(fetched_at=at(9), source_key="a"), chart(fetched_at=at(9), source_key="b")),
    ],
    ids=["the newest", "of one instant the greatest source_key"],
)
def test_of_a_chart_and_date_the_newest_record_stands_whichever_comes_first(older, newer):
    other = chart(name="us", fetched_at=at(1))
    for in_order in ([older, newer, other], [newer, older, other]):
        winners = {}

        for record in in_order:
            keep_newest(winners, [record])

        assert winners == {"global": newer, "us": other}


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path)


def put(store, name, data):
    key = f"to_processed/chart_date={DAY}/{name}.json"
    store.write(key, data)
    (version,) = [file.version for file in store.list("") if file.key == key]
    return replace(landed(key), version=version)


def test_a_date_is_staged_one_file_a_table_and_staged_again_as_the_same_files(store):
    good = put(store, "good", as_bytes(envelope(entry(track("s1")))))
    bad = put(store, "bad", b"{")

    staged = stage_date(store, store, "staging/r1", [good, bad])
    again = stage_date(store, store, "staging/r1", [bad, good])

    assert [outcome.status for outcome in staged.outcomes] == ["accepted", BAD]
    assert staged.rows == {"chart_entry": 1, "song": 1, "artist": 1, "album": 1, "song_artist": 1, "chart_load": 1}
    assert again.keys == staged.keys
    assert sorted(staged.keys.values()) == [file.key for file in store.list("staging/")]
    songs = pq.read_table(io.BytesIO(store.read(staged.keys["song"])))
    assert songs["song_id"].to_pylist() == ["s1"]


def test_a_date_without_a_good_file_stages_nothing(store):
    changed = put(store, "changed", b"{}")
    store.write(changed.key, b"other")

    staged = stage_date(
        store, store, "staging/r1", [put(store, "bad", b"{"), changed, landed("to_processed/gone.json")]
    )

    assert [outcome.status for outcome in staged.outcomes] == [BAD, CHANGED, CHANGED]
    assert (staged.keys, store.list("staging/")) == ({}, [])


def test_files_are_held_a_bounded_number_of_bytes_at_a_time(monkeypatch):
    monkeypatch.setattr(partitions, "CHUNK_BYTES", 2)
    files = [landed(f"to_processed/{number}.json") for number in range(5)]

    assert [len(chunk) for chunk in chunks(files)] == [2, 2, 1]
