-- A chart has as many entries as chart_load says were loaded, and loaded plus skipped gives the expected; if not,
-- re-process the dates shown, and make sure that the crawler has found them in both tables.
WITH counted AS (
    SELECT chart_date, chart, count(*) AS entries
    FROM chart_entry
    GROUP BY chart_date, chart
)
SELECT
    coalesce(chart_load.chart_date, counted.chart_date) AS chart_date,
    coalesce(chart_load.chart, counted.chart) AS chart,
    coalesce(counted.entries, 0) AS entries_found,
    chart_load.entries_loaded,
    chart_load.entries_skipped,
    chart_load.entries_expected
FROM chart_load
FULL OUTER JOIN counted
    ON counted.chart_date = chart_load.chart_date
    AND counted.chart = chart_load.chart
WHERE
    coalesce(counted.entries, 0) IS DISTINCT FROM chart_load.entries_loaded
    OR chart_load.entries_loaded + chart_load.entries_skipped IS DISTINCT FROM chart_load.entries_expected
ORDER BY 1 DESC, 2
LIMIT 100
