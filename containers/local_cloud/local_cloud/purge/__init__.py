"""Dates taken away for good: their raw files, their part of the lake and of the catalog, with all older versions."""
