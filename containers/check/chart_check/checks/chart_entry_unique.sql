-- A chart has one entry per date and position; if one has more,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
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
