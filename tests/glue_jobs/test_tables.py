from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from glue_jobs.parsed_charts import album, artist, at, chart, entry, song

from chart_transform.raw_format import ExternalIds, Image, Urls
from chart_transform.schemas import TABLES
from chart_transform.tables import first_day, tables_of


def rows(table, *charts):
    """The rows of a table made of these charts."""
    return [tuple(row.values()) for row in tables_of(charts)[table].to_pylist()]


def column(table, name, *charts):
    return tables_of(charts)[table][name].to_pylist()


def test_chart_entry_keeps_each_position_with_what_the_file_says_of_it():
    added_at = datetime(2026, 11, 20, 5, tzinfo=UTC)
    numbers = {"streams": 5_000_000_000, "peak_position": 1, "previous_position": 9, "days_on_chart": 12}
    climber = entry(2, track=song("s2"), added_at=added_at, **numbers)

    found = rows("chart_entry", chart(entry(1), climber, playlist_id="p1", source_key="k1"))

    assert found == [
        ("global", 1, "s1", "p1", None, at(23), None, None, None, None, "k1"),
        ("global", 2, "s2", "p1", added_at, at(23), 5_000_000_000, 1, 9, 12, "k1"),
    ]


def test_a_song_that_stands_twice_on_a_chart_has_two_entries_and_one_song():
    twice = chart(entry(1), entry(2))

    assert column("chart_entry", "song_id", twice) == ["s1", "s1"]
    assert column("song", "song_id", twice) == ["s1"]


def test_song_holds_the_fields_of_the_track():
    facts = {"name": "Día", "duration_ms": 1, "explicit": True, "popularity": 2, "disc_number": 3, "track_number": 4}
    ids = {"external_ids": ExternalIds("I"), "external_urls": Urls("u")}

    printed = {"label": "Loud", "credit": "Ana & Bo"}

    found = rows("song", chart(entry(track=song("s1", **facts, **ids, album=album("al9")), **printed)))

    assert found == [("s1", "Día", "al9", 1, True, 2, "I", 3, 4, "u", "Loud", "Ana & Bo")]


def test_every_artist_of_a_song_is_linked_once_in_spotifys_order():
    duet = song(artists=[artist("z"), artist("a")])

    found = rows("song_artist", chart(entry(track=duet), name="us"), chart(entry(track=duet)))

    assert found == [("s1", "z", 1), ("s1", "a", 2)]


def test_an_artist_named_twice_counts_once_and_one_without_id_not_at_all():
    song_of = song(artists=[artist("b"), artist("a"), artist("b", name="again"), artist(None), artist(""), None])

    assert rows("song_artist", chart(entry(track=song_of))) == [("s1", "b", 1), ("s1", "a", 2)]
    assert rows("artist", chart(entry(track=song_of))) == [("a", "Ana", None), ("b", "Ana", None)]


def test_artist_holds_those_of_songs_and_of_albums_once_each():
    track = song(artists=[artist("a1", "Ana", "u1")], album=album(artists=[artist("a1", "Ana", "u1"), artist("va")]))

    assert rows("artist", chart(entry(track=track))) == [("a1", "Ana", "u1"), ("va", "Ana", None)]


def test_album_holds_the_fields_of_the_album_and_its_artists_in_order():
    facts = {"name": "LP", "album_type": "album", "release_date": "1981-12", "release_date_precision": "month"}
    links = {"external_urls": Urls("u"), "images": [Image("i", 640)], "artists": [artist("z"), artist("a")]}

    found = rows("album", chart(entry(track=song(album=album("al1", **facts, **links, total_tracks=9)))))

    assert found == [("al1", "LP", "album", "1981-12", "month", date(1981, 12, 1), 9, ["z", "a"], "u", "i")]


@pytest.mark.parametrize(
    ("images", "url"),
    [
        ([Image("small", 64), Image("wide", 640)], "wide"),
        ([Image("first"), None, Image("second")], "first"),
        ([Image("unknown"), Image("known", 1)], "known"),
        ([], None),
        (None, None),
    ],
)
def test_the_widest_image_of_an_album_is_kept(images, url):
    assert column("album", "image_url", chart(entry(track=song(album=album(images=images))))) == [url]


@pytest.mark.parametrize("without", [None, album(None), album("")], ids=["no album", "null", "empty"])
def test_a_song_without_an_album_makes_no_album(without):
    lonely = chart(entry(track=song(album=without, artists=[artist("a1")])))

    assert column("song", "album_id", lonely) == [None]
    assert rows("album", lonely) == []
    assert column("artist", "artist_id", lonely) == ["a1"]


def test_chart_load_is_the_receipt_of_each_file():
    facts = {"source": "csv", "playlist_id": "p1", "snapshot_id": "snap1", "entries_expected": 3, "entries_skipped": 1}

    found = rows("chart_load", chart(entry(1), entry(3), source_key="k1", **facts))

    assert found == [("global", "k1", "csv", "p1", "snap1", at(23), 3, 2, 1)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"fetched_at": at(22), "source_key": "z"}, {"fetched_at": at(23), "source_key": "a"}),
        ({"fetched_at": at(23), "source_key": "a"}, {"fetched_at": at(23), "source_key": "b"}),
    ],
    ids=["the newest fetch", "of one instant the greatest source_key"],
)
def test_where_charts_disagree_the_newest_row_stands_for_song_artist_and_album(first, second):
    def says(name, **moment):
        told = song(name=name, artists=[artist("a1", name)], album=album("al1", name=name))
        # The position counts last, so the older row may well have the greater one.
        return chart(entry(9 if name == "older" else 1, track=told), name=name, **moment)

    charts = [says("older", **first), says("newer", **second)]
    for in_order in (charts, charts[::-1]):
        assert [column(table, "name", *in_order) for table in ("song", "artist", "album")] == [["newer"]] * 3


@pytest.mark.parametrize("bare_hour", [1, 3], ids=["older", "newer"])
def test_a_bare_row_never_stands_before_a_track_and_adds_its_label_and_credit(bare_hour):
    bare = entry(track=song(name="as printed", album=None), is_bare=True, label="Loud", credit="Ana")
    full = entry(track=song(name="full", artists=[artist("a1")]))
    charts = [chart(bare, name="us-daily", fetched_at=at(bare_hour)), chart(full, fetched_at=at(2))]

    for in_order in (charts, charts[::-1]):
        table = tables_of(in_order)

        (row,) = table["song"].to_pylist()
        assert (row["name"], row["album_id"]) == ("full", "al1")
        assert (row["label"], row["credited_artists"]) == ("Loud", "Ana")
        assert table["song_artist"].num_rows == 1


def test_of_two_bare_rows_the_newer_stands_and_label_and_credit_are_the_newest_known():
    older = entry(track=song(name="older"), is_bare=True, label="First", credit="Ana")
    newer = entry(track=song(name="newer"), is_bare=True, credit="Ana, Bo")

    found = rows("song", chart(newer, fetched_at=at(2)), chart(older, name="us", fetched_at=at(1)))

    assert [(row[1], *row[-2:]) for row in found] == [("newer", "First", "Ana, Bo")]


def test_within_one_chart_the_greatest_position_stands():
    twice = chart(entry(9, track=song(name="ninth")), entry(10, track=song(name="tenth")))

    assert column("song", "name", twice) == ["tenth"]


def test_the_links_are_those_of_the_song_row_that_stands():
    before = chart(entry(track=song(artists=[artist("a1"), artist("a2")])), name="us", fetched_at=at(1))
    after = chart(entry(track=song(artists=[artist("a2")])), name="global", fetched_at=at(2))

    assert rows("song_artist", before, after) == [("s1", "a2", 1)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1981", date(1981, 1, 1)),
        ("1981-12", date(1981, 12, 1)),
        ("1981-12-15", date(1981, 12, 15)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1492", date(1492, 1, 1)),
        *dict.fromkeys(["", "0000", "0000-00-00", "1981-13", "1981-13-45", "2023-02-29", "1981-1-5", "81"]).items(),
        *dict.fromkeys(["December 1981", "1981\n", "19811215", "١٩٨١", None]).items(),
    ],
)
def test_release_day_is_the_first_day_that_a_release_date_can_mean(text, day):
    assert first_day(text) == day


def test_a_chart_of_empty_positions_makes_a_receipt_and_empty_tables_of_the_same_columns():
    tables = tables_of([replace(chart(), entries=[])])

    assert {name: table.num_rows for name, table in tables.items()} == dict.fromkeys(TABLES, 0) | {"chart_load": 1}
    assert {name: table.schema for name, table in tables.items()} == TABLES
