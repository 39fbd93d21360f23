-- On the dates that the run rewrote, each table has as many rows as the run's summary says; if not, make sure that the
-- last crawl has found the dates; then re-process them.
WITH told AS (
    SELECT
        split_part(entry, '=', 1) AS table_name,
        CAST(split_part(entry, '=', 2) AS bigint) AS rows_told
    FROM UNNEST(split(:rows, ',')) AS named (entry)
),
rewritten AS (
    SELECT chart_date
    FROM UNNEST(split(:dates, ',')) AS named (chart_date)
),
lake AS (
    SELECT 'chart_entry' AS table_name, chart_date FROM chart_entry
    UNION ALL
    SELECT 'song' AS table_name, chart_date FROM song
    UNION ALL
    SELECT 'artist' AS table_name, chart_date FROM artist
    UNION ALL
    SELECT 'album' AS table_name, chart_date FROM album
    UNION ALL
    SELECT 'song_artist' AS table_name, chart_date FROM song_artist
    UNION ALL
    SELECT 'chart_load' AS table_name, chart_date FROM chart_load
),
seen AS (
    SELECT table_name, count(*) AS rows_found
    FROM lake
    WHERE
        -- The bounds let Athena open these partitions alone.
        chart_date BETWEEN :first_date AND :last_date
        AND chart_date IN (SELECT chart_date FROM rewritten)
    GROUP BY table_name
)
SELECT
    told.table_name,
    told.rows_told,
    coalesce(seen.rows_found, 0) AS rows_found,
    :dates AS chart_dates
FROM told
LEFT JOIN seen
    ON seen.table_name = told.table_name
WHERE coalesce(seen.rows_found, 0) <> told.rows_told
ORDER BY told.table_name
LIMIT 100
