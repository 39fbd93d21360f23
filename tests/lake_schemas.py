"""The lake's tables as Parquet holds them: the job's schemas without the partition column, which is in the path."""

from pyspark.sql.pandas.types import to_arrow_schema

import transform

PARTITION = "chart_date"
TABLES = ("chart_entry", "song", "artist", "album", "song_artist", "chart_load")


def _as_parquet(table):
    schema = to_arrow_schema(getattr(transform, table.upper()))
    return schema.remove(schema.get_field_index(PARTITION))


SCHEMAS = {table: _as_parquet(table) for table in TABLES}
