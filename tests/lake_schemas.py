"""The lake's tables as Parquet holds them; the partition column is in the path."""

import pyarrow as pa

TIMESTAMP = pa.timestamp("us", tz="UTC")
SCHEMAS = {
    "chart_entry": pa.schema(
        [
            ("chart", pa.string()),
            ("position", pa.int32()),
            ("song_id", pa.string()),
            ("playlist_id", pa.string()),
            ("added_at", TIMESTAMP),
            ("fetched_at", TIMESTAMP),
            ("streams", pa.int64()),
            ("peak_position", pa.int32()),
            ("previous_position", pa.int32()),
            ("days_on_chart", pa.int32()),
            ("source_key", pa.string()),
        ]
    ),
    "song": pa.schema(
        [
            ("song_id", pa.string()),
            ("name", pa.string()),
            ("album_id", pa.string()),
            ("duration_ms", pa.int32()),
            ("explicit", pa.bool_()),
            ("popularity", pa.int32()),
            ("isrc", pa.string()),
            ("disc_number", pa.int32()),
            ("track_number", pa.int32()),
            ("url", pa.string()),
        ]
    ),
    "artist": pa.schema([("artist_id", pa.string()), ("name", pa.string()), ("url", pa.string())]),
    "album": pa.schema(
        [
            ("album_id", pa.string()),
            ("name", pa.string()),
            ("album_type", pa.string()),
            ("release_date", pa.string()),
            ("release_date_precision", pa.string()),
            ("release_day", pa.date32()),
            ("total_tracks", pa.int32()),
            ("artist_ids", pa.list_(pa.string())),
            ("url", pa.string()),
            ("image_url", pa.string()),
        ]
    ),
    "song_artist": pa.schema([("song_id", pa.string()), ("artist_id", pa.string()), ("artist_position", pa.int32())]),
    "chart_load": pa.schema(
        [
            ("chart", pa.string()),
            ("source_key", pa.string()),
            ("source", pa.string()),
            ("playlist_id", pa.string()),
            ("snapshot_id", pa.string()),
            ("fetched_at", TIMESTAMP),
            ("entries_expected", pa.int32()),
            ("entries_loaded", pa.int32()),
            ("entries_skipped", pa.int32()),
        ]
    ),
}
