-- Which countries have a song before Global has it, and by how many days? Only songs whose first day was recorded on both
-- charts: those on a chart's first recorded date are left out. A negative average means later than Global. A playlist is
-- compared with the playlist global, a CSV's chart with the same kind: us-daily with global-daily.
WITH first_recorded AS (
    SELECT chart, min(chart_date) AS chart_date
    FROM chart_load
    GROUP BY chart
),
debut AS (
    SELECT
        song_run.chart,
        regexp_replace(song_run.chart, '-(daily|weekly|viral)$', '') AS country,
        song_run.song_id,
        CAST(song_run.first_date AS date) AS day
    FROM song_run
    JOIN first_recorded
        ON first_recorded.chart = song_run.chart
        AND first_recorded.chart_date < song_run.first_date
),
compared AS (
    SELECT country.chart, date_diff('day', country.day, worldwide.day) AS days_earlier
    FROM debut AS country
    JOIN debut AS worldwide
        ON worldwide.song_id = country.song_id
        AND worldwide.chart = 'global' || substr(country.chart, length(country.country) + 1)
    WHERE country.country <> 'global'
)
SELECT
    chart,
    round(avg(days_earlier), 1) AS average_days_earlier,
    count(*) AS songs_on_both,
    count_if(days_earlier > 0) AS earlier,
    count_if(days_earlier = 0) AS same_day,
    count_if(days_earlier < 0) AS later
FROM compared
GROUP BY chart
ORDER BY average_days_earlier DESC, chart
