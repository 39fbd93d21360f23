-- How many places does each label hold on the chart, by day? Only CSVs name labels. For another chart, change the name
-- below.
WITH asked AS (
    SELECT 'global-daily' AS chart
)
SELECT
    entry.chart_date,
    song.label,
    count(*) AS places,
    min(entry.position) AS best_position,
    sum(entry.streams) AS streams
FROM chart_entry AS entry
JOIN song
    ON song.chart_date = entry.chart_date
    AND song.song_id = entry.song_id
WHERE
    entry.chart = (SELECT chart FROM asked)
    AND song.label IS NOT NULL
GROUP BY entry.chart_date, song.label
ORDER BY entry.chart_date DESC, places DESC, best_position
LIMIT 1000
