"""What every test shares: no client can reach the real AWS."""

import functools
import os
import sys
from pathlib import Path

import botocore.session
import moto  # noqa: F401 - before any handler: a client built earlier would reach the real AWS.
import pytest
from xdist.scheduler import LoadFileScheduling

from local_cloud.aws.server import client_environment

TESTS = Path(__file__).parent
ROOT = TESTS.parent

# Nothing listens there: a client that a test forgot to point at moto fails instead of finding an account.
os.environ |= client_environment("http://127.0.0.1:9")
# Java is in the environment's bin folder.
os.environ["PATH"] = f"{Path(sys.prefix, 'bin')}{os.pathsep}{os.environ['PATH']}"
for name in ("JAVA_HOME", "SPARK_HOME"):
    os.environ.pop(name, None)
# Every session reads the descriptions of its services anew, which are megabytes of JSON: here all share one reader.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)


class Scheduling(LoadFileScheduling):
    """One worker runs all tests of a file, which share what is dear to set up; the job's share a Spark session."""

    def _split_scope(self, nodeid: str) -> str:
        # What waits for one demo would wait for another worker's.
        shared = ("tests/glue_jobs/", "tests/top50/test_demo")
        return next((it for it in shared if nodeid.startswith(it)), super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log) -> Scheduling:
    """For ``-n``, whatever ``--dist`` says."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, job, pipelines and demo: at the end no worker waits for another."""
    long = (TESTS / "glue_jobs", TESTS, TESTS / "top50")
    items.sort(key=lambda item: long.index(item.path.parent) if item.path.parent in long else len(long))
