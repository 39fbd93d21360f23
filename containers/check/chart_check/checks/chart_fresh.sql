-- Every chart of CHARTS was extracted within MAX_CHART_AGE_HOURS before the execution started; if not, look at the log of
-- the extract function, or take the chart out of CHARTS. With CHARTS=all, these are all charts that were ever extracted.
-- What a person adds now and then does not count: CSVs, and imports of what others recorded (docs/history.md).
WITH extracted AS (
    SELECT chart, fetched_at
    FROM chart_load
    WHERE coalesce(source, '') NOT IN ('chart_csv', 'spotifycharts_csv', 'kaggle_charts', 'kaggle_top50', 'archive')
),
configured AS (
    SELECT chart
    FROM UNNEST(split(:charts, ',')) AS named (chart)
    WHERE chart <> ''
    UNION
    SELECT chart
    FROM extracted
    WHERE :all_loaded
)
SELECT
    configured.chart,
    max(extracted.fetched_at) AS newest_fetched_at
FROM configured
LEFT JOIN extracted
    ON extracted.chart = configured.chart
GROUP BY configured.chart
HAVING
    max(extracted.fetched_at) IS NULL
    OR max(extracted.fetched_at) < :fresh_since
ORDER BY configured.chart
LIMIT 100
