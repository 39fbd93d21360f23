-- Which songs came back to the chart after the longest time away? For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
),
song_dates AS (
    SELECT song_id, chart_date, min(position) AS position
    FROM chart_entry
    WHERE chart = (SELECT chart FROM asked)
    GROUP BY song_id, chart_date
),
stood AS (
    SELECT
        song_id,
        chart_date,
        position,
        lag(chart_date) OVER (PARTITION BY song_id ORDER BY chart_date) AS last_there
    FROM song_dates
)
SELECT
    date_diff('day', CAST(stood.last_there AS date), CAST(stood.chart_date AS date)) AS days_since,
    stood.last_there,
    stood.chart_date AS back_on,
    stood.position,
    song_latest.name AS song
FROM stood
JOIN chart_movement
    ON chart_movement.chart_date = stood.chart_date
    AND chart_movement.position = stood.position
JOIN song_latest
    ON song_latest.song_id = stood.song_id
WHERE
    chart_movement.chart = (SELECT chart FROM asked)
    AND chart_movement.movement = 're-entry'
ORDER BY days_since DESC, back_on DESC, stood.position
LIMIT 20
