"""AWS on a local port for the tests that need a bucket, and a loaded lake for those in which a run fails."""

import uuid

import pytest
from glue_jobs.faults import Fault, run_with
from glue_jobs.s3_faults import AsksOnce, FailingS3
from glue_jobs.scenes import copy_of, loaded_and_landed

from chart_transform.stores import places
from local_cloud.aws.server import AwsServer, client_environment


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
def failing_s3():
    """S3 that fails, and the job pointed at it and content with one attempt."""
    layer = FailingS3()
    with AwsServer(wrap=layer) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in client_environment(server.url).items():
            patch.setenv(name, value)
        patch.setattr(places, "S3Store", AsksOnce)
        yield layer


@pytest.fixture(scope="session")
def scene(tmp_path_factory):
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
