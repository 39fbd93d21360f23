"""What every test shares: no client can reach the real AWS, and one Spark session serves the whole run."""

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import moto  # noqa: F401 - before any handler: a client built earlier would reach the real AWS.
import pytest
from pyspark.sql import SparkSession

import transform
from local_cloud.aws.server import client_environment
from local_cloud.spark.home import EMPTY_CONF
from local_cloud.spark.submit import submit_command

ROOT = Path(__file__).parents[1]

# Nothing listens there: a client that a test forgot to point at moto fails instead of finding an account.
os.environ |= client_environment("http://127.0.0.1:9")
# Spark starts its Python workers anew: they must find the job's module, and Java is in the environment's bin folder.
os.environ["PYTHONPATH"] = str(ROOT / "glue_jobs")
os.environ["PATH"] = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
for name in ("JAVA_HOME", "SPARK_HOME"):
    os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whole pipelines, which are the tests of this folder itself, come first: at the end no worker waits for one."""
    items.sort(key=lambda item: item.path.parent != Path(__file__).parent)


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """The session that the job starts, once for the whole run: starting one costs seconds."""
    # Where the job does not decide: one core, and no more tasks than the few rows of a test need.
    settings = {"spark.sql.shuffle.partitions": "1"}
    _spark_submit, *options = submit_command("pyspark-shell", [], settings, master="local[1]")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", shlex.join(options))
        patch.setenv("SPARK_CONF_DIR", str(EMPTY_CONF))
        session = transform.start_spark()
    yield session
    session.stop()
