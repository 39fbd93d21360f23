"""Athena on DuckDB: Trino's SQL in, the catalog's Parquet read, results as Athena leaves them on S3."""

from local_cloud.aws.athena.service import Athena
from local_cloud.aws.athena.stores import MotoStore

__all__ = ["Athena", "MotoStore"]
