-- A position is between 1 and the number of entries that its chart had on that date; if not,
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_entry.chart_date,
    chart_entry.chart,
    chart_entry.position,
    chart_load.entries_expected
FROM chart_entry
LEFT JOIN chart_load
    ON chart_load.chart_date = chart_entry.chart_date
    AND chart_load.chart = chart_entry.chart
WHERE
    chart_entry.position IS NULL
    OR chart_entry.position < 1
    OR chart_entry.position > chart_load.entries_expected
ORDER BY chart_entry.chart_date DESC, chart_entry.chart, chart_entry.position
LIMIT 100
