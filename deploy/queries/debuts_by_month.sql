-- How many songs entered the chart for the first time, month by month, and how high at best? The first recorded date is
-- left out, because its songs may have been there before. For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
),
debut AS (
    SELECT chart_date, position
    FROM chart_movement
    WHERE
        chart = (SELECT chart FROM asked)
        AND movement = 'new'
),
recorded AS (
    SELECT chart_date, min(chart_date) OVER () AS first_date
    FROM chart_load
    WHERE chart = (SELECT chart FROM asked)
)
SELECT
    substr(recorded.chart_date, 1, 7) AS month,
    count(DISTINCT recorded.chart_date) AS dates_recorded,
    count(debut.position) AS debuts,
    count_if(debut.position <= 10) AS debuts_in_top_10,
    min(debut.position) AS best_debut
FROM recorded
LEFT JOIN debut
    ON debut.chart_date = recorded.chart_date
WHERE recorded.chart_date > recorded.first_date
GROUP BY substr(recorded.chart_date, 1, 7)
ORDER BY month
