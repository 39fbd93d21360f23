"""AWS on a local port for the tests that need a bucket."""

import uuid

import pytest

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
