-- A chart has one entry per date and position; if one has more,
-- re-process the dates shown; if they stay, whoever keeps glue_jobs/transform.py mends it.
SELECT
    chart_date,
    chart,
    position,
    count(*) AS rows_found
FROM chart_entry
GROUP BY chart_date, chart, position
HAVING count(*) > 1
ORDER BY chart_date DESC, chart, position
LIMIT 100
