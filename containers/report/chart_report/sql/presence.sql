-- The artists with the most songs on the chart's newest date.
SELECT artist_id, artist, songs, as_main, as_featured, best_position
FROM artist_presence
WHERE
    chart = ?
    AND chart_date = ?
ORDER BY songs DESC, best_position, artist, artist_id
LIMIT 15
