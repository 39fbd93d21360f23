-- Every song on a chart has a row in song on that date; if not, re-process the dates shown, and make sure that the
-- crawler has found them in both tables.
SELECT
    chart_entry.chart_date,
    chart_entry.chart,
    chart_entry.position,
    chart_entry.song_id
FROM chart_entry
LEFT JOIN song
    ON song.chart_date = chart_entry.chart_date
    AND song.song_id = chart_entry.song_id
WHERE song.song_id IS NULL
ORDER BY chart_entry.chart_date DESC, chart_entry.chart, chart_entry.position
LIMIT 100
