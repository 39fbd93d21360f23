"""A run on a bucket whose requests are refused, and the run after it: nothing is lost, nothing is left over."""

import itertools

import pytest
from glue_jobs.raw_files import DAY
from glue_jobs.s3_faults import Bucket, RefusingS3
from glue_jobs.scenes import LANDED, LOADED

from local_cloud.aws.server import ACCESS_KEY, SECRET_KEY, AwsServer, client_environment
from local_cloud.spark.submit import s3a_settings

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def refusing(spark):
    """S3 that refuses requests, and everything in this process that asks one pointed at it, without second attempts."""
    layer = RefusingS3()
    with AwsServer(wrap=layer) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in client_environment(server.url).items():
            patch.setenv(name, value)
            patch.setitem(spark.sparkContext.environment, name, value)
        settings = s3a_settings(server.url, ACCESS_KEY, SECRET_KEY) | {
            "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
            "spark.hadoop.fs.s3a.attempts.maximum": "1",
            "spark.hadoop.fs.s3a.retry.limit": "0",
            # As the job sets them where it starts the session itself.
            "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
            "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
        }
        hadoop = {name.removeprefix("spark.hadoop."): value for name, value in settings.items()}
        for name, value in hadoop.items():
            spark.conf.set(name, value)
        yield layer
        for name in hadoop:
            spark.conf.unset(name)


@pytest.fixture(scope="module")
def scene(refusing, s3):
    """A loaded lake before a run; tests work on copies of it."""
    bucket = Bucket(s3)
    for name, document in LOADED.items():
        bucket.land(name, document)
    assert bucket.run() is None
    for name, document in LANDED.items():
        if DAY in name:  # S3A makes a hundred requests a date.
            bucket.land(name, document)
    return bucket


@pytest.fixture(scope="module")
def undisturbed(refusing, scene):
    """What a run that nothing disturbs makes of the scene, and how often it asks S3 for what."""
    bucket = scene.copy()
    refusing.expect()
    assert bucket.run() is None
    return bucket.contents(), refusing.asked


# In the order in which a run comes to them. Some are the job's, some Spark's; at all of them the lake is untouched.
BEFORE_THE_LAKE = [
    ("LIST to_processed", "refused"),
    ("LIST processed", "refused"),
    ("GET to_processed", "refused"),
    ("GET processed", "died"),
    ("GET lake", "refused"),
    ("HEAD staging", "died"),
    ("PUT staging", "died"),
    ("COPY staging", "refused"),
    ("DELETE staging", "died"),
]
FROM_THE_LAKE_ON = [
    ("COPY lake", "died"),
    ("COPY processed", "died"),
    ("DELETE to_processed", "refused"),
    ("PUT reason", "died"),
    ("COPY quarantine", "died"),
    ("PUT runs", "refused"),
]


def test_requests_of_every_kind_are_refused_somewhere(undisturbed):
    _after, asked = undisturbed

    refused = {kind for kind, _how in [*BEFORE_THE_LAKE, *FROM_THE_LAKE_ON]}

    assert set(asked) == refused | {"any", "LIST staging", "GET quarantine"}


def test_runs_that_failed_before_they_came_to_the_lake_changed_nothing(refusing, scene, undisturbed):
    after, _asked = undisturbed
    before = scene.contents()
    bucket = scene.copy()

    for kind, how in BEFORE_THE_LAKE:
        refusing.expect(kind, died=how == "died")
        error = bucket.run()

        assert (refusing.struck, error is not None) == (True, True), kind
        assert bucket.contents("raw/", "lake/") == before, kind
    refusing.expect()
    assert bucket.run() is None
    assert bucket.contents() == after


@pytest.mark.parametrize(("kind", "how"), FROM_THE_LAKE_ON)
def test_a_run_that_was_refused_a_request_is_mended_by_the_next(refusing, scene, undisturbed, kind, how):
    after, _asked = undisturbed
    bucket = scene.copy()

    refusing.expect(kind, number=1, died=how == "died")
    error = bucket.run()
    struck = refusing.struck
    refusing.expect()
    bucket.run()

    assert (struck, error is not None) == (True, True)
    assert bucket.contents() == after


@pytest.mark.full
@pytest.mark.parametrize("how", ["refused", "died"])
def test_a_run_that_was_refused_any_request_is_mended_by_the_next(refusing, scene, undisturbed, how):
    after, _asked = undisturbed
    before = scene.contents()
    bucket = scene.copy()

    for number in itertools.count(1):
        refusing.expect("any", number, died=how == "died")
        bucket.run()
        if not refusing.struck:
            break
        if bucket.contents("raw/", "lake/") != before:
            refusing.expect()
            bucket.run()
            assert bucket.contents() == after, number
            bucket = scene.copy()
    assert bucket.contents() == after
