-- A song names each artist once per date, and each place in its credits holds one artist; if not,
-- re-process the dates shown; if they stay, whoever keeps glue_jobs/transform.py mends it.
SELECT
    chart_date,
    song_id,
    'artist_id' AS twice,
    artist_id AS value,
    count(*) AS rows_found
FROM song_artist
GROUP BY chart_date, song_id, artist_id
HAVING count(*) > 1
UNION ALL
SELECT
    chart_date,
    song_id,
    'artist_position' AS twice,
    CAST(artist_position AS varchar) AS value,
    count(*) AS rows_found
FROM song_artist
GROUP BY chart_date, song_id, artist_position
HAVING count(*) > 1
ORDER BY chart_date DESC, song_id, twice, value
LIMIT 100
