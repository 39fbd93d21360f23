-- What there is: each chart's newest recorded date, and when it was read.
SELECT
    chart,
    max(chart_date) AS newest_date,
    count(*) AS dates,
    max(fetched_at) AS newest_fetched_at
FROM chart_load
GROUP BY chart
ORDER BY chart
