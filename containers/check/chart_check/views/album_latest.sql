-- The newest row of each album.
CREATE OR REPLACE VIEW album_latest AS
SELECT
    album_id,
    name,
    album_type,
    release_date,
    release_date_precision,
    release_day,
    total_tracks,
    artist_ids,
    url,
    image_url,
    chart_date
FROM (
    SELECT *, row_number() OVER (PARTITION BY album_id ORDER BY chart_date DESC) AS age
    FROM album
) AS aged
WHERE age = 1
