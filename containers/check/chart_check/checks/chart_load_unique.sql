-- A chart is loaded from one raw file per date; if one has more,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_date,
    chart,
    count(*) AS rows_found
FROM chart_load
GROUP BY chart_date, chart
HAVING count(*) > 1
ORDER BY chart_date DESC, chart
LIMIT 100
