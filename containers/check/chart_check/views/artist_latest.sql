-- The newest row of each artist, with the newest name.
CREATE OR REPLACE VIEW artist_latest AS
SELECT
    artist_id,
    name,
    url,
    chart_date
FROM (
    SELECT *, row_number() OVER (PARTITION BY artist_id ORDER BY chart_date DESC) AS age
    FROM artist
) AS aged
WHERE age = 1
