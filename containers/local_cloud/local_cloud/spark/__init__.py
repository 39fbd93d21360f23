"""Spark on a laptop: its set-up (Java, settings) and ``spark-submit`` as Glue would call it."""
