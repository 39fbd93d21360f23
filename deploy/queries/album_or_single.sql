-- Do songs chart from albums or as singles? Each chart's newest date by the type of the song's album, as Spotify calls it.
SELECT
    latest.chart,
    coalesce(album.album_type, 'not known') AS album_type,
    count(*) AS songs,
    round(CAST(count(*) AS double) / sum(count(*)) OVER (PARTITION BY latest.chart), 2) AS share,
    min(latest.position) AS best_position
FROM chart_latest AS latest
LEFT JOIN song
    ON song.chart_date = latest.chart_date
    AND song.song_id = latest.song_id
LEFT JOIN album
    ON album.chart_date = song.chart_date
    AND album.album_id = song.album_id
GROUP BY latest.chart, coalesce(album.album_type, 'not known')
ORDER BY latest.chart, songs DESC, album_type
