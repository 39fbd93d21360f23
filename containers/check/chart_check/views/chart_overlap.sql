-- How much of a chart is on another chart on the same date: songs in common, and their share of the first chart's songs.
-- Each pair of charts has two rows per date, one for each direction; the share of an empty chart is null.
CREATE OR REPLACE VIEW chart_overlap AS
WITH charted AS (
    SELECT DISTINCT chart_date, chart, song_id
    FROM chart_entry
),
sizes AS (
    SELECT chart_load.chart_date, chart_load.chart, count(charted.song_id) AS songs
    FROM chart_load
    LEFT JOIN charted
        ON charted.chart_date = chart_load.chart_date
        AND charted.chart = chart_load.chart
    GROUP BY chart_load.chart_date, chart_load.chart
),
common AS (
    SELECT charted.chart_date, charted.chart, other.chart AS other_chart, count(*) AS songs
    FROM charted
    JOIN charted AS other
        ON other.chart_date = charted.chart_date
        AND other.song_id = charted.song_id
        AND other.chart <> charted.chart
    GROUP BY charted.chart_date, charted.chart, other.chart
)
SELECT
    sizes.chart_date,
    sizes.chart,
    other.chart AS other_chart,
    CAST(coalesce(common.songs, 0) AS integer) AS songs_in_common,
    CAST(coalesce(common.songs, 0) AS double) / nullif(sizes.songs, 0) AS share
FROM sizes
JOIN sizes AS other
    ON other.chart_date = sizes.chart_date
    AND other.chart <> sizes.chart
LEFT JOIN common
    ON common.chart_date = sizes.chart_date
    AND common.chart = sizes.chart
    AND common.other_chart = other.chart
