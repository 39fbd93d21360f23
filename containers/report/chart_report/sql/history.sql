-- Where each song stood on the chart since a date, and under which name it is known now.
SELECT
    entry.chart_date,
    entry.position,
    entry.song_id,
    chart_movement.movement,
    song_run.song,
    song_run.artists
FROM chart_entry AS entry
JOIN chart_movement
    ON chart_movement.chart = entry.chart
    AND chart_movement.chart_date = entry.chart_date
    AND chart_movement.position = entry.position
JOIN song_run
    ON song_run.chart = entry.chart
    AND song_run.song_id = entry.song_id
WHERE
    entry.chart = ?
    AND entry.chart_date >= ?
ORDER BY entry.chart_date, entry.position
