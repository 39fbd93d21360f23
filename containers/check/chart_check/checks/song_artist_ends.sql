-- Every row of song_artist has its song in song and its artist in artist on that date; if not, re-process the dates
-- shown, and make sure that the crawler has found them in all three tables.
SELECT
    song_artist.chart_date,
    song_artist.song_id,
    song_artist.artist_id,
    song.song_id IS NOT NULL AS has_song,
    artist.artist_id IS NOT NULL AS has_artist
FROM song_artist
LEFT JOIN song
    ON song.chart_date = song_artist.chart_date
    AND song.song_id = song_artist.song_id
LEFT JOIN artist
    ON artist.chart_date = song_artist.chart_date
    AND artist.artist_id = song_artist.artist_id
WHERE
    song.song_id IS NULL
    OR artist.artist_id IS NULL
ORDER BY song_artist.chart_date DESC, song_artist.song_id, song_artist.artist_id
LIMIT 100
