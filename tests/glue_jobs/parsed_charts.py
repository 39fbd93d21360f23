"""Parsed charts by keyword, as the table functions get them."""

from datetime import UTC, datetime

from glue_jobs.raw_files import DAY

from transform import PARSED_FILE


def at(hour):
    """An hour of the day, UTC."""
    return datetime(2026, 11, 22, hour, tzinfo=UTC)


def artist(artist_id="a1", name="Ana", url=None):
    return {"id": artist_id, "name": name, "url": url}


def album(album_id="al1", **fields):
    own = dict.fromkeys(["name", "album_type", "release_date", "release_date_precision", "total_tracks", "url"])
    return own | {"id": album_id, "artists": [], "image_url": None} | fields


def song(song_id="s1", **fields):
    own = dict.fromkeys(["name", "duration_ms", "explicit", "popularity", "isrc", "disc_number", "track_number", "url"])
    return own | {"id": song_id, "album": album(), "artists": []} | fields


def entry(position=1, **fields):
    own = dict.fromkeys(["added_at", "streams", "peak_position", "previous_position", "days_on_chart"])
    return own | {"position": position, "song": song()} | fields


def chart(*entries, name="global", day=DAY, fetched_at=None, source_key=None, **fields):
    """One row of PARSED_FILE; without entries it has one."""
    own = dict.fromkeys(PARSED_FILE.names) | {
        "chart": name,
        "chart_date": day,
        "fetched_at": fetched_at or at(23),
        "source_key": source_key or f"chart_date={day}/{name}.json",
        "entries": list(entries) or [entry()],
    }
    return own | fields


def frame(spark, *charts):
    """The charts as a DataFrame."""
    return spark.createDataFrame(list(charts), PARSED_FILE)
