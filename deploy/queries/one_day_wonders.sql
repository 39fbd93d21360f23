-- Which songs were on the chart for a single day? Leaves out the first and the newest recorded date: those songs may have
-- been there before, or be there tomorrow. For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
),
recorded AS (
    SELECT min(chart_date) AS first_date, max(chart_date) AS last_date
    FROM chart_load
    WHERE chart = (SELECT chart FROM asked)
)
SELECT
    song_run.first_date AS chart_date,
    song_run.peak_position AS position,
    song_run.song,
    song_run.artists
FROM song_run
JOIN recorded
    ON song_run.first_date > recorded.first_date
    AND song_run.last_date < recorded.last_date
WHERE
    song_run.chart = (SELECT chart FROM asked)
    AND song_run.days_on_chart = 1
ORDER BY song_run.peak_position, song_run.first_date, song_run.song
LIMIT 50
