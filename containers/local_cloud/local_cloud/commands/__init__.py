"""What ``make`` runs: demo, run, sql, check-lake, cloud."""
