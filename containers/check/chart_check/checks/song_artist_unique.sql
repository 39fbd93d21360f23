-- A song has each artist once per date, and one artist per artist_position; if not,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
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
