-- How each position of a chart changed since the chart's previous recorded date.
-- Recorded dates are those in chart_load, so after a gap the previous one may be days ago. movement is new (on no
-- recorded date before), re-entry (on one before, but not on the previous), up, down or same; places is the number of
-- places gained, negative when lost, null for new and re-entry. On a chart's first recorded date, every song is new and
-- previous_date is null: leave it out when counting debuts. If a song is on a date twice, its better position counts.
CREATE OR REPLACE VIEW chart_movement AS
WITH recorded AS (
    SELECT
        chart,
        chart_date,
        lag(chart_date) OVER (PARTITION BY chart ORDER BY chart_date) AS previous_date
    FROM chart_load
),
song_dates AS (
    SELECT chart, song_id, chart_date, min(position) AS position
    FROM chart_entry
    GROUP BY chart, song_id, chart_date
),
song_history AS (
    SELECT
        chart,
        song_id,
        chart_date,
        lag(chart_date) OVER (PARTITION BY chart, song_id ORDER BY chart_date) AS seen_date,
        lag(position) OVER (PARTITION BY chart, song_id ORDER BY chart_date) AS seen_position
    FROM song_dates
),
compared AS (
    SELECT
        entry.chart,
        entry.chart_date,
        entry.position,
        recorded.previous_date,
        song_history.seen_date,
        CASE WHEN song_history.seen_date = recorded.previous_date THEN song_history.seen_position END
            AS previous_position
    FROM chart_entry AS entry
    JOIN recorded
        ON recorded.chart = entry.chart
        AND recorded.chart_date = entry.chart_date
    JOIN song_history
        ON song_history.chart = entry.chart
        AND song_history.chart_date = entry.chart_date
        AND song_history.song_id = entry.song_id
)
SELECT
    chart,
    chart_date,
    position,
    previous_position,
    previous_date,
    CASE
        WHEN seen_date IS NULL THEN 'new'
        WHEN previous_position IS NULL THEN 're-entry'
        WHEN previous_position > position THEN 'up'
        WHEN previous_position < position THEN 'down'
        ELSE 'same'
    END AS movement,
    previous_position - position AS places
FROM compared
