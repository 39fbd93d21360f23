"""The benchmark's arm `tutorial`: the Glue job as the tutorials write it.

The schema is inferred, the JSON is read again for each table, tables are appended to, files are moved one by one.
"""

import shutil
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, explode, lit

raw, lake = Path(sys.argv[1]), sys.argv[2]
spark = SparkSession.builder.appName("tutorial").getOrCreate()


def read_items() -> DataFrame:
    """Every entry of every chart."""
    charts = spark.read.json(f"{raw}/to_processed/*/*.json")
    pages = charts.select("chart", "chart_date", explode("pages").alias("page"))
    return pages.select("chart", "chart_date", explode("page.items").alias("entry"))


albums = read_items().select(
    col("entry.track.album.id").alias("album_id"),
    col("entry.track.album.name").alias("name"),
    col("entry.track.album.release_date").alias("release_date"),
    col("entry.track.album.total_tracks").alias("total_tracks"),
    col("entry.track.album.external_urls.spotify").alias("url"),
    lit(None).cast("string").alias("note"),
    "chart_date",
)
albums.dropDuplicates(["chart_date", "album_id"]).write.mode("append").partitionBy("chart_date").parquet(
    f"{lake}/album"
)

artists = read_items().select("chart_date", explode("entry.track.artists").alias("artist"))
artists = artists.select(
    col("artist.id").alias("artist_id"),
    col("artist.name").alias("name"),
    col("artist.external_urls.spotify").alias("url"),
    "chart_date",
)
artists.dropDuplicates(["chart_date", "artist_id"]).write.mode("append").partitionBy("chart_date").parquet(
    f"{lake}/artist"
)

songs = read_items().select(
    col("entry.track.id").alias("song_id"),
    col("entry.track.name").alias("name"),
    col("entry.track.duration_ms").alias("duration_ms"),
    col("entry.track.popularity").alias("popularity"),
    col("entry.added_at").alias("added_at"),
    col("entry.track.album.id").alias("album_id"),
    col("entry.track.artists").getItem(0)["id"].alias("artist_id"),
    col("entry.track.external_urls.spotify").alias("url"),
    "chart",
    "chart_date",
)
songs.write.mode("append").partitionBy("chart_date").parquet(f"{lake}/song")

for path in sorted((raw / "to_processed").rglob("*.json")):
    target = raw / "processed" / path.relative_to(raw / "to_processed")
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, target)
