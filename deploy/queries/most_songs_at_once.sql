-- Which artists had the most songs on the chart on one day, and when for the first time? For another chart, change the
-- name below.
WITH asked AS (
    SELECT 'global' AS chart
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY artist_id ORDER BY songs DESC, chart_date) AS nth
    FROM artist_presence
    WHERE chart = (SELECT chart FROM asked)
)
SELECT
    ranked.songs,
    artist_latest.name AS artist,
    ranked.chart_date,
    ranked.as_main,
    ranked.as_featured,
    ranked.best_position
FROM ranked
JOIN artist_latest
    ON artist_latest.artist_id = ranked.artist_id
WHERE ranked.nth = 1
ORDER BY ranked.songs DESC, ranked.best_position, artist
LIMIT 20
