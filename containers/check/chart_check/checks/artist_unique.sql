-- An artist has one row per date; if one has more,
-- re-process the dates shown; if they stay, whoever keeps glue_jobs/transform.py mends it.
SELECT
    chart_date,
    artist_id,
    count(*) AS rows_found
FROM artist
GROUP BY chart_date, artist_id
HAVING count(*) > 1
ORDER BY chart_date DESC, artist_id
LIMIT 100
