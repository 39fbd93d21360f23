"""Spark on a laptop: its set-up (Java, S3 jars, settings) and ``spark-submit`` as Glue would call it."""
