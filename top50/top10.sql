SELECT position, movement, song, artists
FROM chart_latest
WHERE chart = 'global' AND position <= 10
ORDER BY position
