"""Dates, or a chart of them, removed for good: raw files, lake and catalog, with all older versions."""
