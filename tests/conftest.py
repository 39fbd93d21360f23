"""What every test shares: no client can reach the real AWS, and one Spark session serves the whole run."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import moto  # noqa: F401 - before any handler: a client built earlier would reach the real AWS.
import pytest
from pyspark.sql import SparkSession

from local_cloud.aws.server import client_environment

ROOT = Path(__file__).parents[1]

# Nothing listens there: a client that a test forgot to point at moto fails instead of finding an account.
os.environ |= client_environment("http://127.0.0.1:9")
# Spark starts its Python workers anew: they must find the job's module, and Java is in the environment's bin folder.
os.environ["PYTHONPATH"] = str(ROOT / "glue_jobs")
os.environ["PATH"] = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
for name in ("JAVA_HOME", "SPARK_HOME"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """One local session for the whole run; starting one costs seconds."""
    builder = SparkSession.builder.master("local[1]").config("spark.sql.shuffle.partitions", "1")
    session = builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
    yield session
    session.stop()
