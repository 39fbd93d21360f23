-- The catalog has the type timestamp for every time; if a column shown has another, the crawler has read its files
-- otherwise: use CatalogMode projection, whose tables have exact types (docs/deploy.md, "With or without a crawler").
WITH told AS (
    (
        SELECT 'chart_entry' AS table_name, 'added_at' AS column_name, CAST(added_at AS varchar) AS value
        FROM chart_entry
        WHERE added_at IS NOT NULL
        LIMIT 1
    )
    UNION ALL
    (
        SELECT 'chart_entry' AS table_name, 'fetched_at' AS column_name, CAST(fetched_at AS varchar) AS value
        FROM chart_entry
        WHERE fetched_at IS NOT NULL
        LIMIT 1
    )
    UNION ALL
    (
        SELECT 'chart_load' AS table_name, 'fetched_at' AS column_name, CAST(fetched_at AS varchar) AS value
        FROM chart_load
        WHERE fetched_at IS NOT NULL
        LIMIT 1
    )
)
SELECT table_name, column_name, value
FROM told
-- A number has no blank between date and time.
WHERE value NOT LIKE '____-__-__ %'
ORDER BY table_name, column_name
LIMIT 100
