-- Which songs are on the most countries' charts on the newest date in the lake? Global does not count, and a country with
-- playlist, daily, weekly and viral charts counts once.
WITH of_country AS (
    SELECT *, regexp_replace(chart, '-(daily|weekly|viral)$', '') AS country
    FROM chart_latest
)
SELECT
    count(DISTINCT country) AS countries,
    count(DISTINCT CASE WHEN position = 1 THEN country END) AS number_ones,
    min(position) AS best_position,
    song,
    artists,
    song_url
FROM of_country
WHERE
    country <> 'global'
    AND chart_date = (SELECT max(chart_date) FROM chart_load)
GROUP BY song_id, song, artists, song_url
ORDER BY countries DESC, number_ones DESC, best_position, song
LIMIT 20
