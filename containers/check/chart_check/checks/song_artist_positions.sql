-- The artists of a song are numbered from 1 without a gap on each date; if not, a link is lost:
-- re-process the dates shown; if that does not help, fix glue_jobs/transform.py.
SELECT
    chart_date,
    song_id,
    min(artist_position) AS first_position,
    max(artist_position) AS last_position,
    count(*) AS links_found
FROM song_artist
GROUP BY chart_date, song_id
HAVING
    min(artist_position) IS DISTINCT FROM 1
    OR max(artist_position) IS DISTINCT FROM count(*)
ORDER BY chart_date DESC, song_id
LIMIT 100
