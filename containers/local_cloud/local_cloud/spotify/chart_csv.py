"""An invented chart as the CSV that charts.spotify.com gives to a person who is signed in.

It has 50 rows where the real one has 200, so that ranks, peaks and days are those of the playlist on the same dates.
"""

import datetime as dt

from local_cloud.spotify.chart import chart_entries, chart_streams
from local_cloud.spotify.songs import Song

HEADER = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"
_NOT_THERE = -1
# What came before is forgotten: the chart of a day takes some milliseconds.
_DAYS_COUNTED = 120


def csv_name(chart: str, day: dt.date) -> str:
    """Return what the file is called."""
    return f"regional-{chart}-daily-{day}.csv"


def chart_csv(chart: str, day: dt.date) -> bytes:
    """Return the file of a daily chart."""
    ranks = _ranks(chart, day)
    before = {song.id: rank for rank, song in enumerate(chart_entries(chart, day - dt.timedelta(days=1)), start=1)}
    lines = [
        _line(rank, song, ranks[song.id], before.get(song.id, _NOT_THERE), streams)
        for rank, (song, streams) in enumerate(chart_streams(chart, day), start=1)
    ]
    return "\n".join([HEADER, *lines, ""]).encode("utf-8-sig")


def _ranks(chart: str, day: dt.date) -> dict[str, list[int]]:
    """Return the ranks of each song on the days that it was on the chart."""
    ranks: dict[str, list[int]] = {}
    for days_ago in range(_DAYS_COUNTED):
        for rank, song in enumerate(chart_entries(chart, day - dt.timedelta(days=days_ago)), start=1):
            ranks.setdefault(song.id, []).append(rank)
    return ranks


def _line(rank: int, song: Song, ranks: list[int], previous: int, streams: int) -> str:
    artists = ", ".join(artist.name for artist in song.artists)
    label = f"{song.artists[0].name} Records"
    texts = ",".join(_quoted(text) for text in (artists, song.name, label))
    return f"{rank},spotify:track:{song.id},{texts},{min(ranks)},{previous},{len(ranks)},{_quoted(str(streams))}"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
