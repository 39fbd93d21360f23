from datetime import UTC, date, datetime

import pytest
from chispa import assert_df_equality
from glue_jobs.parsed_charts import album, artist, at, chart, entry, frame, song
from glue_jobs.raw_files import DAY
from pyspark.sql import functions as F  # noqa: N812

from transform import (
    ALBUM,
    ARTIST,
    CHART_ENTRY,
    CHART_LOAD,
    SONG,
    SONG_ARTIST,
    chart_entry,
    chart_load,
    entries_of,
    first_day,
    song_artist,
    songs_of,
)
from transform import album as album_table
from transform import artist as artist_table
from transform import song as song_table

pytestmark = pytest.mark.spark


def rows(frame):
    return sorted(tuple(row) for row in frame.collect())


def test_chart_entry_keeps_each_position_with_what_the_file_says_of_it(spark):
    added_at = datetime(2026, 11, 20, 5, tzinfo=UTC)
    numbers = {"streams": 5_000_000_000, "peak_position": 1, "previous_position": 9, "days_on_chart": 12}
    climber = entry(2, song=song("s2"), added_at=added_at, **numbers)
    charts = frame(spark, chart(entry(1), climber, playlist_id="p1", source_key="k1"))

    table = chart_entry(entries_of(charts))

    expected = spark.createDataFrame(
        [
            ("global", 1, "s1", "p1", None, at(23), None, None, None, None, "k1", DAY),
            ("global", 2, "s2", "p1", added_at, at(23), 5_000_000_000, 1, 9, 12, "k1", DAY),
        ],
        CHART_ENTRY,
    )
    assert_df_equality(table, expected, ignore_row_order=True)


def test_a_song_that_stands_twice_on_a_chart_has_two_entries_and_one_song(spark):
    entries = entries_of(frame(spark, chart(entry(1), entry(2))))

    positions = chart_entry(entries).select("position", "song_id")
    songs = song_table(songs_of(entries)).select("song_id")

    assert rows(positions) == [(1, "s1"), (2, "s1")]
    assert rows(songs) == [("s1",)]


def test_song_holds_the_fields_of_the_track(spark):
    facts = {"name": "Día", "duration_ms": 1, "explicit": True, "popularity": 2, "isrc": "I", "url": "u"}
    track = song("s1", **facts, disc_number=3, track_number=4, album=album("al9"))

    table = song_table(songs_of(entries_of(frame(spark, chart(entry(song=track))))))

    expected = spark.createDataFrame([("s1", "Día", "al9", 1, True, 2, "I", 3, 4, "u", DAY)], SONG)
    assert_df_equality(table, expected)


def test_each_date_has_songs_of_its_own(spark):
    charts = frame(spark, chart(day="2026-11-21"), chart(day="2026-11-22"))

    songs = song_table(songs_of(entries_of(charts))).select("chart_date", "song_id")

    assert rows(songs) == [("2026-11-21", "s1"), ("2026-11-22", "s1")]


def test_every_artist_of_a_song_is_linked_in_spotifys_order(spark):
    duet = song(artists=[artist("z"), artist("a")])

    links = song_artist(songs_of(entries_of(frame(spark, chart(entry(song=duet))))))

    expected = spark.createDataFrame([("s1", "z", 1, DAY), ("s1", "a", 2, DAY)], SONG_ARTIST)
    assert_df_equality(links, expected, ignore_row_order=True, ignore_nullable=True)


def test_a_song_on_two_charts_is_linked_to_its_artists_once(spark):
    duet = song(artists=[artist("a1"), artist("a2")])
    charts = frame(spark, chart(entry(song=duet), name="global"), chart(entry(song=duet), name="us"))

    links = song_artist(songs_of(entries_of(charts))).select("artist_id", "artist_position")

    assert rows(links) == [("a1", 1), ("a2", 2)]


def test_artist_holds_those_of_songs_and_of_albums_once_each(spark):
    track = song(artists=[artist("a1", "Ana", "u1")], album=album(artists=[artist("a1", "Ana", "u1"), artist("va")]))

    table = artist_table(entries_of(frame(spark, chart(entry(song=track)))))

    expected = spark.createDataFrame([("a1", "Ana", "u1", DAY), ("va", "Ana", None, DAY)], ARTIST)
    assert_df_equality(table, expected, ignore_row_order=True)


def test_album_holds_the_fields_of_the_album_and_its_artists_in_order(spark):
    facts = {"name": "LP", "album_type": "album", "release_date": "1981-12", "release_date_precision": "month"}
    record = album("al1", **facts, total_tracks=9, url="u", image_url="i", artists=[artist("z"), artist("a")])

    table = album_table(entries_of(frame(spark, chart(entry(song=song(album=record))))))

    row = ("al1", "LP", "album", "1981-12", "month", date(1981, 12, 1), 9, ["z", "a"], "u", "i", DAY)
    assert_df_equality(table, spark.createDataFrame([row], ALBUM))


def test_a_song_without_an_album_makes_no_album(spark):
    entries = entries_of(frame(spark, chart(entry(song=song(album=album(None), artists=[artist("a1")])))))

    songs = song_table(songs_of(entries)).select("song_id", "album_id")

    assert rows(songs) == [("s1", None)]
    assert rows(album_table(entries)) == []
    assert rows(artist_table(entries).select("artist_id")) == [("a1",)]


def test_chart_load_is_the_receipt_of_each_file(spark):
    facts = {"source": "csv", "playlist_id": "p1", "snapshot_id": "snap1", "entries_expected": 3, "entries_skipped": 1}
    charts = frame(spark, chart(entry(1), entry(3), source_key="k1", **facts))

    table = chart_load(charts)

    row = ("global", "k1", "csv", "p1", "snap1", at(23), 3, 2, 1, DAY)
    assert_df_equality(table, spark.createDataFrame([row], CHART_LOAD), ignore_nullable=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"fetched_at": at(22), "source_key": "z"}, {"fetched_at": at(23), "source_key": "a"}),
        ({"fetched_at": at(23), "source_key": "a"}, {"fetched_at": at(23), "source_key": "b"}),
    ],
    ids=["the newest fetch", "of one instant the greatest source_key"],
)
def test_where_charts_disagree_the_newest_row_stands_for_song_artist_and_album(spark, first, second):
    def says(name, **moment):
        told = song(name=name, artists=[artist("a1", name)], album=album("al1", name=name))
        # The position counts last, so the older row may well have the greater one.
        return chart(entry(9 if name == "older" else 1, song=told), name=name, **moment)

    for order in ((0, 1), (1, 0)):
        charts = [says("older", **first), says("newer", **second)]
        entries = entries_of(frame(spark, *(charts[index] for index in order)))

        tables = [song_table(songs_of(entries)), artist_table(entries), album_table(entries)]

        assert [rows(table.select("name")) for table in tables] == [[("newer",)]] * 3


def test_within_one_chart_the_greatest_position_stands(spark):
    entries = entries_of(frame(spark, chart(entry(9, song=song(name="ninth")), entry(10, song=song(name="tenth")))))

    songs = song_table(songs_of(entries))

    assert rows(songs.select("name")) == [("tenth",)]


def test_the_links_are_those_of_the_song_row_that_stands(spark):
    before = chart(entry(song=song(artists=[artist("a1"), artist("a2")])), name="us", fetched_at=at(1))
    after = chart(entry(song=song(artists=[artist("a2")])), name="global", fetched_at=at(2))

    links = song_artist(songs_of(entries_of(frame(spark, before, after))))

    assert rows(links.select("artist_id", "artist_position")) == [("a2", 1)]


def test_release_day_is_the_first_day_that_a_release_date_can_mean(spark):
    days = [
        ("1981", date(1981, 1, 1)),
        ("1981-12", date(1981, 12, 1)),
        ("1981-12-15", date(1981, 12, 15)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1492", date(1492, 1, 1)),
        ("", None),
        ("0000", None),
        ("0000-00-00", None),
        ("1981-13", None),
        ("1981-13-45", None),
        ("2023-02-29", None),
        ("1981-1-5", None),
        ("81", None),
        ("December 1981", None),
        (None, None),
    ]
    frame = spark.createDataFrame([(text,) for text, _day in days], "release_date string")

    found = frame.select("release_date", first_day("release_date").cast("string")).collect()

    assert [tuple(row) for row in found] == [(text, day and day.isoformat()) for text, day in days]


def test_a_chart_of_empty_positions_makes_a_receipt_and_nothing_else(spark):
    charts = frame(spark, chart() | {"entries": []})
    entries = entries_of(charts)

    counts = [chart_load(charts).count(), chart_entry(entries).count(), songs_of(entries).agg(F.count("*")).first()[0]]

    assert counts == [1, 0, 0]
