"""Athena on DuckDB: Trino's SQL in, the catalog's Parquet read, results as Athena leaves them on S3."""

from local_cloud.aws.athena.moto_store import Athena

__all__ = ["Athena"]
