-- An artist has one row per date; if one has more,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_date,
    artist_id,
    count(*) AS rows_found
FROM artist
GROUP BY chart_date, artist_id
HAVING count(*) > 1
ORDER BY chart_date DESC, artist_id
LIMIT 100
