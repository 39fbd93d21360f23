"""The benchmark's arm `duckdb`: the same six tables in DuckDB's SQL, the practical limit of one machine.

It moves no files, replaces nothing atomically and refuses nothing.
"""

import sys
from pathlib import Path

import duckdb

raw, lake = sys.argv[1], sys.argv[2]

ARTISTS = "STRUCT(id VARCHAR, name VARCHAR, external_urls STRUCT(spotify VARCHAR))[]"
ALBUM = f"""STRUCT(id VARCHAR, name VARCHAR, album_type VARCHAR, release_date VARCHAR, release_date_precision VARCHAR,
    total_tracks INTEGER, artists {ARTISTS}, external_urls STRUCT(spotify VARCHAR),
    images STRUCT(url VARCHAR, width INTEGER)[])"""
TRACK = f"""STRUCT(id VARCHAR, name VARCHAR, duration_ms INTEGER, explicit BOOLEAN, popularity INTEGER,
    external_ids STRUCT(isrc VARCHAR), disc_number INTEGER, track_number INTEGER, external_urls STRUCT(spotify VARCHAR),
    album {ALBUM}, artists {ARTISTS})"""
COLUMNS = f"""{{chart: 'VARCHAR', chart_date: 'VARCHAR', fetched_at: 'TIMESTAMP', source: 'VARCHAR',
    playlist: 'STRUCT(id VARCHAR, snapshot_id VARCHAR)', total: 'INTEGER',
    pages: 'STRUCT(items STRUCT(added_at TIMESTAMP, track {TRACK})[])[]'}}"""

ENTRIES = f"""
CREATE TABLE chart AS
SELECT *, filename AS source_key, flatten(list_transform(pages, lambda page: page.items)) AS items
FROM read_json('{raw}/to_processed/*/*.json', columns = {COLUMNS}, format = 'newline_delimited', filename = true,
    maximum_object_size = 67108864);
CREATE TABLE entry AS
SELECT chart, chart_date, playlist.id AS playlist_id, fetched_at, source_key,
    unnest(range(1, len(items) + 1)) AS position, unnest(items) AS item
FROM chart;
CREATE TABLE song_row AS
SELECT chart_date, item.track.id AS song_id,
    max_by(item.track, (fetched_at, source_key, position)) AS track
FROM entry GROUP BY ALL;
"""
TABLES = {
    "chart_entry": """
        SELECT chart, position, item.track.id AS song_id, playlist_id, item.added_at AS added_at, fetched_at,
            source_key, chart_date
        FROM entry ORDER BY chart_date, chart, position""",
    "song": """
        SELECT song_id, track.name, track.album.id AS album_id, track.duration_ms, track.explicit, track.popularity,
            track.external_ids.isrc, track.disc_number, track.track_number, track.external_urls.spotify AS url,
            chart_date
        FROM song_row ORDER BY chart_date, song_id""",
    "artist": """
        SELECT artist_id, artist.name, artist.external_urls.spotify AS url, chart_date
        FROM (
            SELECT chart_date, artist.id AS artist_id, max_by(artist, (fetched_at, source_key, position)) AS artist
            FROM (SELECT chart_date, fetched_at, source_key, position,
                unnest(list_concat(item.track.artists, item.track.album.artists)) AS artist FROM entry)
            GROUP BY ALL
        ) ORDER BY chart_date, artist_id""",
    "album": """
        SELECT album_id, album.name, album.album_type, album.release_date, album.release_date_precision,
            try_cast(album.release_date AS DATE) AS release_day, album.total_tracks,
            list_transform(album.artists, lambda artist: artist.id) AS artist_ids, album.external_urls.spotify AS url,
            album.images[1].url AS image_url, chart_date
        FROM (
            SELECT chart_date, item.track.album.id AS album_id,
                max_by(item.track.album, (fetched_at, source_key, position)) AS album
            FROM entry GROUP BY ALL
        ) ORDER BY chart_date, album_id""",
    "song_artist": """
        SELECT song_id, unnest(track.artists).id AS artist_id,
            unnest(range(1, len(track.artists) + 1)) AS artist_position, chart_date
        FROM song_row""",
    "chart_load": """
        SELECT chart, source_key, source, playlist.id AS playlist_id, playlist.snapshot_id, fetched_at,
            total AS entries_expected, len(items) AS entries_loaded, chart_date
        FROM chart""",
}

connection = duckdb.connect()
connection.execute(ENTRIES)
for table, query in TABLES.items():
    folder = Path(lake, table)
    folder.mkdir(parents=True)
    options = "FORMAT parquet, COMPRESSION zstd, PARTITION_BY (chart_date), OVERWRITE_OR_IGNORE"
    connection.execute(f"COPY ({query}) TO '{folder}' ({options})")
