-- What share of each chart's newest date is marked explicit? Songs without that information do not count.
SELECT
    chart,
    chart_date,
    count_if(explicit) AS explicit_songs,
    count_if(NOT explicit) AS other_songs,
    count_if(explicit IS NULL) AS not_known,
    round(CAST(count_if(explicit) AS double) / nullif(count(explicit), 0), 2) AS explicit_share
FROM chart_latest
GROUP BY chart, chart_date
ORDER BY explicit_share DESC, chart
