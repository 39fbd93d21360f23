"""AWS on a local port for the tests that need a bucket, and a loaded lake for those in which a run fails."""

import os
import uuid
from pathlib import Path

import pytest
from glue_jobs.faults import Fault, run_with
from glue_jobs.s3_faults import S3A_ASKS_ONCE, AsksOnce, FailingS3
from glue_jobs.scenes import copy_of, loaded_and_landed

import transform
from local_cloud.aws.server import ACCESS_KEY, SECRET_KEY, AwsServer, client_environment
from local_cloud.spark.submit import s3a_settings

TESTS = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def aws():
    """One server for the run; each test makes a bucket of its own."""
    with AwsServer() as server:
        yield server


@pytest.fixture(scope="module")
def s3(aws):
    """A client for what tests put there and look up."""
    client = aws.client("s3")
    yield client
    client.close()


@pytest.fixture
def bucket(aws, s3, monkeypatch):
    """A new bucket, in an environment where the job finds it."""
    for name, value in client_environment(aws.url).items():
        monkeypatch.setenv(name, value)
    name = f"bucket-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="module")
def failing_s3(spark):
    """S3 that fails, and everything in this process that asks it pointed at it and content with one attempt."""
    layer = FailingS3()
    with AwsServer(wrap=layer) as server, pytest.MonkeyPatch.context() as patch:
        # The executors' Python must find the store of our own.
        places = {"PYTHONPATH": f"{os.environ['PYTHONPATH']}{os.pathsep}{TESTS}"}
        for name, value in (client_environment(server.url) | places).items():
            patch.setenv(name, value)
            patch.setitem(spark.sparkContext.environment, name, value)
        patch.setattr(transform, "S3Store", AsksOnce)
        settings = s3a_settings(server.url, ACCESS_KEY, SECRET_KEY)
        hadoop = {name.removeprefix("spark.hadoop."): value for name, value in settings.items()} | S3A_ASKS_ONCE
        for name, value in hadoop.items():
            spark.conf.set(name, value)
        yield layer
        for name in hadoop:
            spark.conf.unset(name)


@pytest.fixture(scope="session")
def scene(spark, tmp_path_factory):
    """A loaded lake before a run; tests work on copies of it."""
    return loaded_and_landed(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def undisturbed(scene, tmp_path_factory):
    """What a run that nothing disturbs makes of the scene, and how often it asks its storage for what."""
    lake = copy_of(scene, tmp_path_factory.mktemp("undisturbed") / "lake")
    nothing = Fault()
    with pytest.MonkeyPatch.context() as patch:
        assert run_with(lake, nothing, patch) is None
    return lake.contents(), nothing.asked
