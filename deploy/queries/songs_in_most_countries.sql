-- Which songs stand on the most countries' charts today, the newest date in the lake? Global is not counted.
SELECT
    count(DISTINCT chart) AS countries,
    count_if(position = 1) AS number_ones,
    min(position) AS best_position,
    song,
    artists,
    song_url
FROM chart_latest
WHERE
    chart <> 'global'
    AND chart_date = (SELECT max(chart_date) FROM chart_load)
GROUP BY song_id, song, artists, song_url
ORDER BY countries DESC, number_ones DESC, best_position, song
LIMIT 20
