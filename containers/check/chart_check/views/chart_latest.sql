-- The newest recorded date of each chart: its positions with names, links and movement.
-- Names and albums are those of that date; artists without a row of their own are named as the source printed them.
-- A chart that was recorded empty has no rows here.
CREATE OR REPLACE VIEW chart_latest AS
WITH newest AS (
    SELECT chart, max(chart_date) AS chart_date
    FROM chart_load
    GROUP BY chart
),
credits AS (
    SELECT
        link.chart_date,
        link.song_id,
        array_join(array_agg(artist.name ORDER BY link.artist_position), ', ') AS artists
    FROM song_artist AS link
    JOIN artist
        ON artist.chart_date = link.chart_date
        AND artist.artist_id = link.artist_id
    WHERE link.chart_date IN (SELECT chart_date FROM newest)
    GROUP BY link.chart_date, link.song_id
)
SELECT
    entry.chart,
    entry.chart_date,
    entry.position,
    chart_movement.movement,
    entry.song_id,
    song.name AS song,
    coalesce(credits.artists, song.credited_artists) AS artists,
    album.name AS album,
    album.release_day,
    song.explicit,
    song.url AS song_url,
    album.image_url,
    song.label
FROM chart_entry AS entry
JOIN newest
    ON newest.chart = entry.chart
    AND newest.chart_date = entry.chart_date
JOIN chart_movement
    ON chart_movement.chart = entry.chart
    AND chart_movement.chart_date = entry.chart_date
    AND chart_movement.position = entry.position
LEFT JOIN song
    ON song.chart_date = entry.chart_date
    AND song.song_id = entry.song_id
LEFT JOIN credits
    ON credits.chart_date = entry.chart_date
    AND credits.song_id = entry.song_id
LEFT JOIN album
    ON album.chart_date = song.chart_date
    AND album.album_id = song.album_id
