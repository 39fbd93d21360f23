-- Which songs stayed on the chart longest without a day away? Counts recorded days. With still_there the stay may continue.
-- For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
)
SELECT
    longest_run,
    days_on_chart,
    entries,
    peak_position,
    last_date = (SELECT max(chart_date) FROM chart_load WHERE chart = (SELECT chart FROM asked)) AS still_there,
    song,
    artists
FROM song_run
WHERE chart = (SELECT chart FROM asked)
ORDER BY longest_run DESC, days_on_chart DESC, peak_position, song
LIMIT 20
