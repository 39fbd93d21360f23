-- The career of each song on a chart: its days, its peak, its entries, its longest run.
-- Days are the chart's recorded dates: a missing date neither counts nor ends a run. entries is 1 plus the number of
-- re-entries, longest_run the days of the longest stay. Names are the newest known.
CREATE OR REPLACE VIEW song_run AS
WITH recorded AS (
    SELECT
        chart,
        chart_date,
        row_number() OVER (PARTITION BY chart ORDER BY chart_date) AS nth_date
    FROM chart_load
),
song_dates AS (
    SELECT
        entry.chart,
        entry.song_id,
        entry.chart_date,
        recorded.nth_date,
        min(entry.position) AS position
    FROM chart_entry AS entry
    JOIN recorded
        ON recorded.chart = entry.chart
        AND recorded.chart_date = entry.chart_date
    GROUP BY entry.chart, entry.song_id, entry.chart_date, recorded.nth_date
),
stays AS (
    SELECT
        chart,
        song_id,
        chart_date,
        position,
        min(position) OVER (PARTITION BY chart, song_id) AS peak_position,
        -- From one date of a stay to the next, both numbers grow by one.
        nth_date - row_number() OVER (PARTITION BY chart, song_id ORDER BY nth_date) AS stay
    FROM song_dates
),
measured AS (
    SELECT *, count(*) OVER (PARTITION BY chart, song_id, stay) AS days_in_stay
    FROM stays
),
runs AS (
    SELECT
        chart,
        song_id,
        min(chart_date) AS first_date,
        max(chart_date) AS last_date,
        count(*) AS days_on_chart,
        count(DISTINCT stay) AS entries,
        min(position) AS peak_position,
        count_if(position = peak_position) AS days_at_peak,
        max(days_in_stay) AS longest_run
    FROM measured
    GROUP BY chart, song_id
),
credits AS (
    SELECT
        link.song_id,
        array_join(array_agg(artist_latest.name ORDER BY link.artist_position), ', ') AS artists
    FROM song_artist AS link
    JOIN song_latest
        ON song_latest.chart_date = link.chart_date
        AND song_latest.song_id = link.song_id
    JOIN artist_latest
        ON artist_latest.artist_id = link.artist_id
    GROUP BY link.song_id
)
SELECT
    runs.chart,
    runs.song_id,
    song_latest.name AS song,
    coalesce(credits.artists, song_latest.credited_artists) AS artists,
    runs.first_date,
    runs.last_date,
    CAST(runs.days_on_chart AS integer) AS days_on_chart,
    CAST(runs.entries AS integer) AS entries,
    runs.peak_position,
    CAST(runs.days_at_peak AS integer) AS days_at_peak,
    CAST(runs.longest_run AS integer) AS longest_run
FROM runs
LEFT JOIN song_latest
    ON song_latest.song_id = runs.song_id
LEFT JOIN credits
    ON credits.song_id = runs.song_id
