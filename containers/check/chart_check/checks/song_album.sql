-- The album of every song has a row in album on that date; if not, re-process the dates shown, and make sure that the
-- crawler has found them in both tables.
SELECT
    song.chart_date,
    song.song_id,
    song.album_id
FROM song
LEFT JOIN album
    ON album.chart_date = song.chart_date
    AND album.album_id = song.album_id
WHERE
    song.album_id IS NOT NULL
    AND album.album_id IS NULL
ORDER BY song.chart_date DESC, song.song_id
LIMIT 100
