-- Which charts are most like this one today, and which the least? The share of its songs that are on the other chart.
-- Its own daily, weekly and viral charts are left out. For another chart, change the name below.
WITH asked AS (
    SELECT 'global' AS chart
)
SELECT
    other_chart,
    songs_in_common,
    round(share, 2) AS share,
    chart_date
FROM chart_overlap
WHERE
    chart = (SELECT chart FROM asked)
    AND regexp_replace(other_chart, '-(daily|weekly|viral)$', '') <> regexp_replace(chart, '-(daily|weekly|viral)$', '')
    AND chart_date = (SELECT max(chart_date) FROM chart_load WHERE chart = (SELECT chart FROM asked))
ORDER BY songs_in_common DESC, other_chart
