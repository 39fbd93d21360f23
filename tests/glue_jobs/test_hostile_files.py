"""Whatever lands: it ends in the lake, or in quarantine with its place; what lies beside it is loaded."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from glue_jobs.hostile_files import LONG, RELEASE_DATES, complete, hostile_files, nulls, wrong_types
from glue_jobs.lakes import Lake
from glue_jobs.raw_files import DAY, as_bytes, entry, envelope, land, landed, track

from chart_transform.raw_files import ACCEPTED, BAD, parse_file
from chart_transform.tables import tables_of

FILES = list(hostile_files())
LOADED = [file for file in FILES if not file.place]
REFUSED = [file for file in FILES if file.place]


def parsed(document):
    """What becomes of a file, and its rows, but for the key that tells it from every other."""
    outcome, charts = parse_file(as_bytes(document), landed())
    # One value that does not fit a column would lose the files beside it.
    tables = tables_of(replace(chart, source_key="") for chart in charts)
    return outcome, {name: table.to_pylist() for name, table in tables.items()}


def test_a_wrong_type_in_any_place_is_named_or_changes_nothing():
    _outcome, unharmed = parsed(complete())
    read = set()

    for place, document in wrong_types(complete()):
        outcome, rows = parsed(document)
        if outcome.status == BAD:
            assert outcome.place == place
            assert outcome.problem and outcome.action
            read.add(place)
        else:
            assert rows == unharmed, place

    assert {"chart", "total", "pages", "pages[0]", "pages[0].items", "pages[0].items[0].csv.streams"} <= read
    assert {"name", "album", "artists", "artists[0].id"} <= {place.partition(".track.")[2] for place in read}


def test_null_in_any_place_is_loaded_or_named():
    for place, document in nulls(complete()):
        outcome, _rows = parsed(document)

        assert outcome.status == ACCEPTED or outcome.place == place


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """A lake after one run over all of them and a good file, in one date."""
    lake = Lake(tmp_path_factory.mktemp("hostile"))
    land(lake.raw, f"chart_date={DAY}/good.json", envelope(entry(track("good"))))
    for file in FILES:
        land(lake.raw, f"chart_date={DAY}/{file.name}.json", file.data)
    lake.run()
    return lake


def test_the_good_file_is_loaded(lake):
    assert lake.songs() == ["good"]


def test_no_file_stays_where_it_landed(lake):
    assert lake.files("raw/to_processed") == []


@pytest.mark.parametrize("file", REFUSED, ids=lambda file: file.name)
def test_what_is_no_chart_is_set_aside_as_it_came_with_a_reason_that_names_the_place(lake, file):
    name = f"chart_date={DAY}/{file.name}.json"

    reason = lake.reason(name)

    assert (lake.raw / "quarantine" / name).read_bytes() == file.data
    assert reason["place"].startswith(file.place)
    assert reason["problem"] and reason["action"]
    assert reason["source_key"] == f"to_processed/{name}"


@pytest.mark.parametrize("file", LOADED, ids=lambda file: file.name)
def test_what_is_strange_is_loaded_and_kept_as_it_came(lake, file):
    sha8 = hashlib.sha256(file.data).hexdigest()[:8]

    (load,) = [row for row in lake.rows("chart_load") if row["chart"] == file.name]

    assert load["source_key"].endswith(f".{sha8}.json")
    assert (lake.raw / "processed" / load["source_key"]).read_bytes() == file.data


def test_a_chart_of_a_thousand_entries_has_a_thousand_rows(lake):
    assert lake.songs(chart="many") == [f"m{number}" for number in range(1_000)]


def test_text_comes_through_as_it_was(lake):
    names = {row["song_id"]: row["name"] for row in lake.rows("song")}

    assert names["long"] == LONG
    assert (names["nul\0"], names["ق"]) == ("a\0b", "Ä 音楽 🎵 \u202e \ufeff")


def test_release_dates_of_every_form_have_the_day_they_can_mean(lake):
    days = {row["release_date"]: row["release_day"] for row in lake.rows("album")}

    expected = {text: day and date.fromisoformat(day) for text, day in RELEASE_DATES.items()}
    assert expected.items() <= days.items()


def test_an_album_or_artist_without_an_id_has_no_row(lake):
    (song,) = [row for row in lake.rows("song") if row["song_id"] == "no-ids"]

    assert song["album_id"] is None
    assert not {"", None} & {row["album_id"] for row in lake.rows("album")}
    assert not {"", None} & {row["artist_id"] for row in lake.rows("artist")}
