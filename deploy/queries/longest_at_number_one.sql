-- Which songs were number one for the most days? Counts recorded days, consecutive or not, and equal days share a rank.
-- For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
)
SELECT
    rank() OVER (ORDER BY days_at_peak DESC) AS place,
    days_at_peak AS days_at_number_one,
    song,
    artists,
    first_date,
    last_date
FROM song_run
WHERE
    chart = (SELECT chart FROM asked)
    AND peak_position = 1
ORDER BY days_at_peak DESC, first_date, song
LIMIT 20
