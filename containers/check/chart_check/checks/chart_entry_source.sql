-- All entries of a chart on a date come from the raw file that chart_load names; if not, the date's tables were written
-- by different runs: re-process the dates shown.
SELECT
    chart_entry.chart_date,
    chart_entry.chart,
    chart_entry.source_key,
    chart_load.source_key AS source_key_loaded,
    count(*) AS entries_found
FROM chart_entry
LEFT JOIN chart_load
    ON chart_load.chart_date = chart_entry.chart_date
    AND chart_load.chart = chart_entry.chart
WHERE chart_entry.source_key IS DISTINCT FROM chart_load.source_key
GROUP BY chart_entry.chart_date, chart_entry.chart, chart_entry.source_key, chart_load.source_key
ORDER BY chart_entry.chart_date DESC, chart_entry.chart, chart_entry.source_key
LIMIT 100
