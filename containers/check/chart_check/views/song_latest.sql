-- The newest row of each song.
CREATE OR REPLACE VIEW song_latest AS
SELECT
    song_id,
    name,
    album_id,
    duration_ms,
    explicit,
    popularity,
    isrc,
    disc_number,
    track_number,
    url,
    label,
    credited_artists,
    chart_date
FROM (
    SELECT *, row_number() OVER (PARTITION BY song_id ORDER BY chart_date DESC) AS age
    FROM song
) AS aged
WHERE age = 1
