-- Which two artists have the most charted songs together, on any chart and date of the lake, and which songs are they?
WITH credit AS (
    SELECT DISTINCT song_id, artist_id
    FROM song_artist
)
SELECT
    count(*) AS songs,
    first_artist.name AS artist,
    second_artist.name AS other_artist,
    array_join(array_agg(song_latest.name ORDER BY song_latest.name), ' / ') AS titles
FROM credit AS one
JOIN credit AS other
    ON other.song_id = one.song_id
    AND other.artist_id > one.artist_id
JOIN artist_latest AS first_artist
    ON first_artist.artist_id = one.artist_id
JOIN artist_latest AS second_artist
    ON second_artist.artist_id = other.artist_id
JOIN song_latest
    ON song_latest.song_id = one.song_id
GROUP BY one.artist_id, other.artist_id, first_artist.name, second_artist.name
ORDER BY songs DESC, artist, other_artist
LIMIT 25
