"""Check: look in Athena for rows that must not be, and say which and why."""
