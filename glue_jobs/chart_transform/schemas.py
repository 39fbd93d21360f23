"""The columns of the tables, without the partition column: ``chart_date``, a string, is in the path."""

import pyarrow as pa

STRING, INT, LONG, BOOLEAN, DATE = pa.string(), pa.int32(), pa.int64(), pa.bool_(), pa.date32()
TIMESTAMP = pa.timestamp("us", tz="UTC")


def schema(**columns: pa.DataType) -> pa.Schema:
    """A schema, column by column."""
    return pa.schema(list(columns.items()))


# In the order in which a date's partitions are replaced: chart_load, the receipt, comes last.
TABLES = {
    "chart_entry": schema(
        chart=STRING,
        position=INT,
        song_id=STRING,
        playlist_id=STRING,
        added_at=TIMESTAMP,
        fetched_at=TIMESTAMP,
        streams=LONG,
        peak_position=INT,
        previous_position=INT,
        days_on_chart=INT,
        source_key=STRING,
    ),
    "song": schema(
        song_id=STRING,
        name=STRING,
        album_id=STRING,
        duration_ms=INT,
        explicit=BOOLEAN,
        popularity=INT,
        isrc=STRING,
        disc_number=INT,
        track_number=INT,
        url=STRING,
        label=STRING,
        credited_artists=STRING,
    ),
    "artist": schema(artist_id=STRING, name=STRING, url=STRING),
    "album": schema(
        album_id=STRING,
        name=STRING,
        album_type=STRING,
        release_date=STRING,
        release_date_precision=STRING,
        release_day=DATE,
        total_tracks=INT,
        artist_ids=pa.list_(STRING),
        url=STRING,
        image_url=STRING,
    ),
    "song_artist": schema(song_id=STRING, artist_id=STRING, artist_position=INT),
    "chart_load": schema(
        chart=STRING,
        source_key=STRING,
        source=STRING,
        playlist_id=STRING,
        snapshot_id=STRING,
        fetched_at=TIMESTAMP,
        entries_expected=INT,
        entries_loaded=INT,
        entries_skipped=INT,
    ),
}
