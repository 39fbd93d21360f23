-- Every song has at least one artist in song_artist on that date, or a credit, as songs from a CSV alone have; if not,
-- re-process the dates shown, and make sure that the crawler has found them in both tables. A row of a file may name
-- nobody; a track from Spotify has an album or a duration.
SELECT
    song.chart_date,
    song.song_id
FROM song
LEFT JOIN song_artist
    ON song_artist.chart_date = song.chart_date
    AND song_artist.song_id = song.song_id
WHERE
    song_artist.song_id IS NULL
    AND song.credited_artists IS NULL
    AND (song.album_id IS NOT NULL OR song.duration_ms IS NOT NULL)
ORDER BY song.chart_date DESC, song.song_id
LIMIT 100
