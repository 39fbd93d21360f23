-- Every chart of CHARTS was extracted within MAX_CHART_AGE_HOURS before the execution started; if not, look at the log of
-- the extract function, or take the chart out of CHARTS. With CHARTS=all, these are all charts that were ever loaded,
-- except those from CSVs, which a person adds now and then.
WITH configured AS (
    SELECT chart
    FROM UNNEST(split(:charts, ',')) AS named (chart)
    WHERE chart <> ''
    UNION
    SELECT chart
    FROM chart_load
    WHERE
        :all_loaded
        AND coalesce(source, '') <> 'chart_csv'
)
SELECT
    configured.chart,
    max(chart_load.fetched_at) AS newest_fetched_at
FROM configured
LEFT JOIN chart_load
    ON chart_load.chart = configured.chart
GROUP BY configured.chart
HAVING
    max(chart_load.fetched_at) IS NULL
    OR max(chart_load.fetched_at) < :fresh_since
ORDER BY configured.chart
LIMIT 100
