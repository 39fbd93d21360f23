"""Parsed charts by keyword, as the tables are made of them."""

from datetime import UTC, datetime

from glue_jobs.raw_files import DAY

from chart_transform.entries import Entry
from chart_transform.raw_files import Chart
from chart_transform.raw_format import Album, Artist, Track, Urls


def at(hour):
    """An hour of the day, UTC."""
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def artist(artist_id="a1", name="Ana", url=None):
    return Artist(id=artist_id, name=name, external_urls=Urls(url))


def album(album_id="al1", **fields):
    return Album(id=album_id, **fields)


def song(song_id="s1", **fields):
    return Track(id=song_id, **({"album": album()} | fields))


def entry(position=1, **fields):
    own = dict.fromkeys(
        ["label", "credit", "added_at", "streams", "peak_position", "previous_position", "days_on_chart"]
    )
    return Entry(**({"position": position, "track": song(), "is_bare": False} | own | fields))


def chart(*entries, name="global", fetched_at=None, source_key=None, **fields):
    """A chart of DAY; without entries it has one."""
    return Chart(
        chart=name,
        chart_date=DAY,
        fetched_at=fetched_at or at(23),
        source_key=source_key or f"chart_date={DAY}/{name}.json",
        entries=list(entries) or [entry()],
        **({"source": "playlist", "playlist_id": None, "snapshot_id": None} | fields),
    )
