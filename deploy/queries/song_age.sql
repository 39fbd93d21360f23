-- How old are the songs on each chart's newest date? By the release date of their album, which may be only a year or a
-- month: a song counts in a group only if every day of that year or month would put it there.
WITH released AS (
    SELECT
        latest.chart,
        CAST(latest.chart_date AS date) AS observed,
        album.release_day AS first_day,
        CASE album.release_date_precision
            WHEN 'day' THEN album.release_day
            WHEN 'month' THEN last_day_of_month(album.release_day)
            WHEN 'year' THEN date_add('day', -1, date_add('year', 1, album.release_day))
        END AS last_day
    FROM chart_latest AS latest
    LEFT JOIN song
        ON song.chart_date = latest.chart_date
        AND song.song_id = latest.song_id
    LEFT JOIN album
        ON album.chart_date = song.chart_date
        AND album.album_id = song.album_id
),
aged AS (
    SELECT
        chart,
        date_diff('day', last_day, observed) AS days_at_least,
        date_diff('day', first_day, observed) AS days_at_most
    FROM released
),
age_group (nth, name, from_days, to_days) AS (
    VALUES
        -- An album may be announced for a day to come while its first song charts.
        (1, 'up to a week', -100000, 7),
        (2, 'up to a month', 8, 31),
        (3, 'up to a year', 32, 365),
        (4, 'up to five years', 366, 1826),
        (5, 'older', 1827, 100000)
)
SELECT
    aged.chart,
    CASE
        WHEN aged.days_at_least IS NULL THEN 'no release date'
        ELSE coalesce(age_group.name, 'date too rough to tell')
    END AS age,
    count(*) AS songs
FROM aged
LEFT JOIN age_group
    ON aged.days_at_least >= age_group.from_days
    AND aged.days_at_most <= age_group.to_days
GROUP BY aged.chart, age_group.nth, age_group.name, aged.days_at_least IS NULL
ORDER BY aged.chart, coalesce(age_group.nth, 6), age
