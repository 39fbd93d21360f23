-- The chart's last 30 recorded dates, empty ones too.
SELECT chart_date
FROM chart_load
WHERE chart = ?
ORDER BY chart_date DESC
LIMIT 30
