-- The chart as it stands, with what each song has made of it.
SELECT
    latest.position,
    latest.movement,
    chart_movement.places,
    latest.song_id,
    latest.song,
    latest.artists,
    latest.album,
    latest.explicit,
    latest.song_url,
    song_run.days_on_chart,
    song_run.peak_position
FROM chart_latest AS latest
JOIN chart_movement
    ON chart_movement.chart = latest.chart
    AND chart_movement.chart_date = latest.chart_date
    AND chart_movement.position = latest.position
JOIN song_run
    ON song_run.chart = latest.chart
    AND song_run.song_id = latest.song_id
WHERE latest.chart = ?
ORDER BY latest.position
