-- The newest ten of a chart and how they moved since its date before.
WITH dated AS (
    SELECT chart_date, position, song_id, dense_rank() OVER (ORDER BY chart_date DESC) AS nth_newest
    FROM chart_entry
    WHERE chart = 'global'
),
artists AS (
    SELECT link.chart_date, link.song_id, array_join(array_agg(artist.name ORDER BY link.artist_position), ', ') AS names
    FROM song_artist AS link
    JOIN artist ON artist.chart_date = link.chart_date AND artist.artist_id = link.artist_id
    GROUP BY link.chart_date, link.song_id
)
SELECT
    newest.position,
    CASE
        WHEN before.position IS NULL THEN 'new'
        WHEN before.position = newest.position THEN '='
        WHEN before.position > newest.position THEN '+' || CAST(before.position - newest.position AS varchar)
        ELSE CAST(before.position - newest.position AS varchar)
    END AS move,
    song.name AS song,
    artists.names AS artists
FROM dated AS newest
JOIN song ON song.chart_date = newest.chart_date AND song.song_id = newest.song_id
LEFT JOIN artists ON artists.chart_date = newest.chart_date AND artists.song_id = newest.song_id
LEFT JOIN dated AS before ON before.song_id = newest.song_id AND before.nth_newest = 2
WHERE newest.nth_newest = 1 AND newest.position <= 10
ORDER BY newest.position
