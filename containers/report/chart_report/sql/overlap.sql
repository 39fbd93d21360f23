-- How much of the chart stands on the others on its newest date.
SELECT other_chart, songs_in_common, share
FROM chart_overlap
WHERE
    chart = ?
    AND chart_date = ?
ORDER BY songs_in_common DESC, other_chart
LIMIT 20
