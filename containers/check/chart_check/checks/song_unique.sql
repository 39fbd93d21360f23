-- A song has one row per date; if one has more,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_date,
    song_id,
    count(*) AS rows_found
FROM song
GROUP BY chart_date, song_id
HAVING count(*) > 1
ORDER BY chart_date DESC, song_id
LIMIT 100
