"""The benchmark's arm `start`: a Spark session and nothing else, what any Spark job costs."""

from pyspark.sql import SparkSession

SparkSession.builder.appName("start").getOrCreate().stop()
