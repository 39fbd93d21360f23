-- An album has one row per date; if one has more,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_date,
    album_id,
    count(*) AS rows_found
FROM album
GROUP BY chart_date, album_id
HAVING count(*) > 1
ORDER BY chart_date DESC, album_id
LIMIT 100
