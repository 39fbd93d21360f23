-- Athena sees every date that the run rewrote; if not, make sure that the last crawl has found the date;
-- with CatalogMode projection, make sure that ProjectionFrom is not after the date.
WITH rewritten AS (
    SELECT chart_date
    FROM UNNEST(split(:dates, ',')) AS named (chart_date)
    WHERE chart_date <> ''
),
seen AS (
    SELECT DISTINCT chart_date
    FROM chart_load
    WHERE chart_date BETWEEN :first_date AND :last_date
)
SELECT rewritten.chart_date
FROM rewritten
LEFT JOIN seen
    ON seen.chart_date = rewritten.chart_date
WHERE seen.chart_date IS NULL
ORDER BY rewritten.chart_date DESC
LIMIT 100
