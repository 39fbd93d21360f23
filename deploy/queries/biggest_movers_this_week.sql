-- Which songs have moved furthest within a week? Compares the newest date with the last one at least seven days before
-- it, for songs on both. For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
),
week_ago AS (
    SELECT max(chart_date) AS chart_date
    FROM chart_load
    WHERE
        chart = (SELECT chart FROM asked)
        AND chart_date <= (
            SELECT CAST(date_add('day', -7, CAST(max(chart_date) AS date)) AS varchar)
            FROM chart_load
            WHERE chart = (SELECT chart FROM asked)
        )
),
stood AS (
    SELECT song_id, chart_date, min(position) AS position
    FROM chart_entry
    WHERE
        chart = (SELECT chart FROM asked)
        AND chart_date = (SELECT chart_date FROM week_ago)
    GROUP BY song_id, chart_date
)
SELECT
    stood.position - latest.position AS places,
    latest.position,
    stood.position AS position_before,
    stood.chart_date AS date_before,
    latest.song,
    latest.artists,
    latest.song_url
FROM chart_latest AS latest
JOIN stood
    ON stood.song_id = latest.song_id
WHERE
    latest.chart = (SELECT chart FROM asked)
    AND stood.position <> latest.position
ORDER BY abs(stood.position - latest.position) DESC, latest.position
LIMIT 20
