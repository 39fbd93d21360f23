"""The invented chart as a CSV: as charts.spotify.com writes it, and agreeing with the playlist."""

import datetime as dt

from chart_extract.chart_csv import parse_chart
from local_cloud.spotify import chart_csv, chart_entries, csv_name

DAY = dt.date(2026, 11, 21)


def rows(day=DAY):
    return parse_chart(csv_name("global", day), chart_csv("global", day), day).rows


def test_it_is_written_as_spotifys():
    first, second, *_rest = chart_csv("global", DAY).decode().splitlines()

    song = chart_entries("global", DAY)[0]
    assert first == "\ufeffrank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"
    assert second.startswith(f'1,spotify:track:{song.id},"')
    assert second.endswith('"')


def test_extract_reads_it_as_the_chart_of_its_day_in_the_playlists_order():
    csv_chart = parse_chart(csv_name("global", DAY), chart_csv("global", DAY), DAY)

    songs = chart_entries("global", DAY)
    assert (csv_chart.chart, csv_chart.chart_date) == ("global-daily", "2026-11-21")
    assert [row["uri"] for row in csv_chart.rows] == [f"spotify:track:{song.id}" for song in songs]
    assert [row["track_name"] for row in csv_chart.rows] == [song.name for song in songs]


def test_the_previous_rank_is_the_day_befores_and_minus_one_for_who_was_not_there():
    before = {row["uri"]: row["rank"] for row in rows(DAY - dt.timedelta(days=1))}

    assert [row["previous_rank"] for row in rows()] == [before.get(row["uri"], "-1") for row in rows()]
    assert any(row["previous_rank"] == "-1" for row in rows())


def test_days_and_peak_go_on_from_the_day_before():
    before = {row["uri"]: row for row in rows(DAY - dt.timedelta(days=1))}
    for row in rows():
        rank, peak, days = (int(row[name]) for name in ("rank", "peak_rank", "days_on_chart"))
        if row["uri"] not in before:
            assert 1 <= peak <= rank
            continue
        old = before[row["uri"]]
        # Of a song that has been there for as long as is counted, a day is forgotten.
        assert days == min(120, int(old["days_on_chart"]) + 1)
        assert days == 120 or peak == min(rank, int(old["peak_rank"]))


def test_streams_fall_from_rank_to_rank_by_millions_at_the_top():
    streams = [int(row["streams"]) for row in rows()]

    assert streams == sorted(streams, reverse=True)
    assert 2_000_000 < streams[0] < 50_000_000
    assert streams[-1] > 100_000
