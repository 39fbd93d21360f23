-- How present each artist is on a chart on each date: the number of songs, as the first credited artist (main) or a
-- later one (featured), and the best position among them. The name is the one of that date.
CREATE OR REPLACE VIEW artist_presence AS
WITH credited AS (
    SELECT
        entry.chart,
        entry.chart_date,
        link.artist_id,
        entry.song_id,
        min(entry.position) AS position,
        min(link.artist_position) AS artist_position
    FROM chart_entry AS entry
    JOIN song_artist AS link
        ON link.chart_date = entry.chart_date
        AND link.song_id = entry.song_id
    GROUP BY entry.chart, entry.chart_date, link.artist_id, entry.song_id
)
SELECT
    credited.chart,
    credited.chart_date,
    credited.artist_id,
    artist.name AS artist,
    CAST(count(*) AS integer) AS songs,
    CAST(count_if(credited.artist_position = 1) AS integer) AS as_main,
    CAST(count_if(credited.artist_position > 1) AS integer) AS as_featured,
    min(credited.position) AS best_position
FROM credited
LEFT JOIN artist
    ON artist.chart_date = credited.chart_date
    AND artist.artist_id = credited.artist_id
GROUP BY credited.chart, credited.chart_date, credited.artist_id, artist.name
