"""One run over everything that can land at once: good files of every form, and bad ones beside them."""

from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from glue_jobs.lakes import TABLES, Lake
from glue_jobs.raw_files import DAY, album, artist, entry, envelope, land, page, playlist, track

LONG_NAME = "x" * 245 + ".json"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return Lake(tmp_path_factory.mktemp("a root with 100% space #1"))


@pytest.fixture(scope="module")
def summary(lake):
    """Land everything, run once."""
    duet = track(
        "s2", name="nul\x00l 音楽 🎵", artists=[artist("z"), artist("a1")], album=album("al2", release_date="1492")
    )
    land(
        lake.raw,
        f"chart_date={DAY}/global.20261122T230000Z.json",
        envelope(entry(track("s1")), None, entry(duet, added_at="1970-01-01T00:00:00Z")),
    )
    csv = {"streams": "9000000000", "peak_rank": 1, "previous_rank": -1, "days_on_chart": 5}
    pages = [page(entry(track("s1"), under="item", csv=csv)), page(entry(track("s9"), under="item"))]
    land(lake.raw, f"chart_date={DAY}/us.20261122T230000Z.json", envelope(chart="us", pages=pages, total=2))
    land(lake.raw, f"chart_date={DAY}/bad.json", b"{")
    land(lake.raw, f"chart_date={DAY}/other/bad.json", b"[")
    land(lake.raw, f"chart_date={DAY}/{LONG_NAME}", b"")
    land(lake.raw, "chart_date=2026-11-20/global.json", envelope(None, None, chart_date="2026-11-20"))
    land(lake.raw, "chart_date=2026-11-21/global.json", envelope())
    land(lake.raw, "chart_date=2026-13-45/global.json", envelope())
    land(lake.raw, "spotify_raw_2023-03-27 18_24_36.954996.json", page(entry(track("legacy"))))
    land(lake.raw, "2023-03-28T18:24:36.json", [playlist("tracks", entry(track("listed")))])
    land(lake.raw, "2023-03-29.json", playlist("items", entry(track("new"), under="item")))
    land(lake.raw, "said elsewhere 2020-01-01.json", envelope(chart_date="2026-11-19"))
    land(lake.raw, ".unfinished.json", b"{")

    return lake.run()


def utc(*moment):
    return datetime(*moment, tzinfo=UTC)


def test_the_summary_counts_what_was_done(lake, summary):
    days = ["2023-03-27", "2023-03-28", "2023-03-29", "2026-11-19", "2026-11-20", DAY]
    # 2 + 2 entries on DAY and one on each of four other dates; 2026-11-20 has none.
    rows = {"chart_entry": 8, "song": 7, "artist": 6, "album": 6, "song_artist": 8, "chart_load": 7}

    assert summary["dates_rewritten"] == days
    assert summary["rows"] == rows
    assert (summary["files_read"], summary["files_quarantined"]) == (12, 5)
    assert summary["dates_guarded"] == []
    assert {"list", "tables", "guard", "replace", "move", "total"} <= set(summary["seconds"])


def test_every_date_has_exactly_one_file_in_every_table(lake, summary):
    expected = [
        f"lake/{table}/chart_date={day}/part-0.parquet" for table in TABLES for day in summary["dates_rewritten"]
    ]

    assert lake.files("lake") == sorted(expected)


def test_the_entries_are_what_landed(lake, summary):
    one, three, first, second = lake.rows("chart_entry")

    key = one.pop("source_key")
    assert key.startswith(f"chart_date={DAY}/global.20261122T230004Z.")
    assert (lake.raw / "processed" / key).is_file()
    assert one == {
        "chart": "global",
        "position": 1,
        "song_id": "s1",
        "playlist_id": "p1",
        "added_at": utc(2026, 11, 21),
        "fetched_at": utc(2026, 11, 22, 23, 0, 4),
        "streams": None,
        "peak_position": None,
        "previous_position": None,
        "days_on_chart": None,
    }
    assert (three["position"], three["song_id"], three["added_at"]) == (3, "s2", None)
    numbers = ("streams", "peak_position", "previous_position", "days_on_chart")
    assert [first[number] for number in numbers] == [9_000_000_000, 1, None, 5]
    assert (second["position"], second["song_id"]) == (2, "s9")


def test_the_songs_artists_and_albums_are_what_landed(lake, summary):
    songs = {row["song_id"]: row for row in lake.rows("song")}
    albums = {row["album_id"]: row for row in lake.rows("album")}

    assert sorted(songs) == ["s1", "s2", "s9"]
    assert (songs["s2"]["name"], songs["s2"]["album_id"]) == ("nul\x00l 音楽 🎵", "al2")
    assert [row["artist_id"] for row in lake.rows("artist")] == ["a1", "z"]
    assert (albums["al1"]["release_day"], albums["al2"]["release_day"]) == (date(2026, 11, 6), date(1492, 1, 1))
    assert albums["al1"]["artist_ids"] == ["a1"]
    links = [(row["song_id"], row["artist_id"], row["artist_position"]) for row in lake.rows("song_artist")]
    assert links == [("s1", "a1", 1), ("s2", "z", 1), ("s2", "a1", 2), ("s9", "a1", 1)]


def test_the_receipt_counts_entries_and_empty_positions(lake, summary):
    counts = ("chart", "entries_expected", "entries_loaded", "entries_skipped")
    loads = [tuple(row[count] for count in counts) for row in lake.rows("chart_load")]

    assert loads == [("global", 3, 2, 1), ("us", 2, 2, 0)]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_without_rows_for_a_date_has_a_file_without_rows(lake, summary, table):
    empty_day = lake.rows(table, "2026-11-20")

    assert len(empty_day) == (1 if table == "chart_load" else 0)
    assert lake.schema(table, "2026-11-20") == lake.schema(table)


def test_columns_are_typed_as_written_down(lake, summary):
    columns = {field.name: field.type for field in lake.schema("chart_entry")}

    assert columns["fetched_at"] == pa.timestamp("us", tz="UTC")
    assert (columns["position"], columns["streams"], columns["song_id"]) == (pa.int32(), pa.int64(), pa.string())
    assert "chart_date" not in columns
    assert lake.schema("album").field("release_day").type == pa.date32()


@pytest.mark.parametrize(
    ("day", "song"), [("2023-03-27", "legacy"), ("2023-03-28", "listed"), ("2023-03-29", "new"), ("2026-11-19", "s1")]
)
def test_older_forms_and_keys_without_a_date_end_on_their_date(lake, summary, day, song):
    assert lake.songs(day) == [song]


def test_good_files_are_kept_under_their_canonical_key(lake, summary):
    names = [name.removeprefix("raw/processed/")[:-14] for name in lake.files("raw/processed")]

    (without_time,) = [name for name in names if "2023-03-29" in name]
    assert sorted({*names} - {without_time}) == [
        "chart_date=2023-03-27/global.20230327T182436Z",
        "chart_date=2023-03-28/global.20230328T182436Z",
        "chart_date=2026-11-19/global.20261122T230004Z",
        "chart_date=2026-11-20/global.20261122T230004Z",
        "chart_date=2026-11-22/global.20261122T230004Z",
        "chart_date=2026-11-22/us.20261122T230004Z",
    ]


def test_bad_files_are_set_aside_with_their_reason(lake, summary):
    set_aside = lake.files("raw/quarantine")

    assert len(set_aside) == 10
    assert lake.reason("chart_date=2026-11-21/global.json") == {
        "source_key": "to_processed/chart_date=2026-11-21/global.json",
        "problem": "the key says 2026-11-21, the body 2026-11-22",
        "place": "chart_date",
        "action": "land it under chart_date=2026-11-22/, if that is its date",
    }
    first = lake.reason(f"chart_date={DAY}/bad.json")
    assert first["place"] == "line 1 column 2"


def test_bad_files_of_one_name_are_all_kept(lake, summary):
    kept = [name for name in lake.files(f"raw/quarantine/chart_date={DAY}") if "bad." in name and "reason" not in name]

    assert sorted((lake.root / name).read_bytes() for name in kept) == [b"[", b"{"]


def test_a_name_too_long_for_a_reason_beside_it_is_cut(lake, summary):
    (reason,) = [name for name in lake.files("raw/quarantine") if "xxx" in name and "reason" in name]

    assert (lake.root / reason.removesuffix(".reason.json")).read_bytes() == b""
    assert LONG_NAME in (lake.root / reason).read_text()


def test_nothing_is_left_to_do_but_what_is_hidden(lake, summary):
    assert lake.files("raw/to_processed") == ["raw/to_processed/.unfinished.json"]
    assert lake.files("staging") == []


def test_a_second_run_has_nothing_to_do_and_changes_nothing(lake, summary):
    before = lake.contents()

    again = lake.run()

    assert (again["files_read"], again["dates_rewritten"]) == (0, [])
    assert lake.contents() == before
