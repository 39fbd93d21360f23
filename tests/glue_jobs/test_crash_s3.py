"""A run on a bucket whose requests fail, and the run after it: nothing is lost, nothing is left over."""

import itertools

import pytest
from glue_jobs.raw_files import DAY
from glue_jobs.s3_faults import WAYS, Bucket
from glue_jobs.scenes import LANDED, LOADED

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def scene(failing_s3, s3):
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
def undisturbed(failing_s3, scene):
    """What a run that nothing disturbs makes of the scene, and how often it asks S3 for what."""
    bucket = scene.copy()
    failing_s3.expect()
    assert bucket.run() is None
    return bucket.contents(), failing_s3.asked


# In the order in which a run comes to them. Some are the job's, some Spark's; at all of them the lake is untouched.
BEFORE_THE_LAKE = [
    ("LIST to_processed", "busy"),
    ("LIST processed", "dropped"),
    ("GET to_processed", "cut"),
    ("GET processed", "died"),
    ("GET lake", "refused"),
    ("LIST staging", "cut"),
    ("HEAD staging", "busy"),
    ("PUT staging", "dropped"),
    ("COPY staging", "cut"),
    ("DELETE staging", "died"),
]
FROM_THE_LAKE_ON = [
    ("COPY lake", "died"),
    ("COPY processed", "cut"),
    ("DELETE to_processed", "dropped"),
    ("GET quarantine", "busy"),
    ("PUT reason", "died"),
    ("COPY quarantine", "cut"),
    ("PUT runs", "refused"),
]


@pytest.mark.full
def test_requests_of_every_kind_fail_somewhere_and_in_every_way(undisturbed):
    _after, asked = undisturbed

    kinds, ways = zip(*BEFORE_THE_LAKE, *FROM_THE_LAKE_ON, strict=True)

    assert set(asked) == {*kinds, "any"}
    assert set(ways) == set(WAYS)


@pytest.mark.full
def test_runs_that_failed_before_they_came_to_the_lake_changed_nothing(failing_s3, scene, undisturbed):
    after, _asked = undisturbed
    before = scene.contents()
    bucket = scene.copy()

    for kind, way in BEFORE_THE_LAKE:
        failing_s3.expect(kind, way=way)
        error = bucket.run()

        assert (failing_s3.struck, error is not None) == (True, True), kind
        assert bucket.contents("raw/", "lake/") == before, kind
    failing_s3.expect()
    assert bucket.run() is None
    assert bucket.contents() == after


@pytest.mark.full
def test_runs_that_failed_from_the_lake_on_are_mended_by_the_next(failing_s3, scene, undisturbed):
    after, _asked = undisturbed
    bucket = scene.copy()

    for kind, way in FROM_THE_LAKE_ON:
        failing_s3.expect(kind, way=way)
        error = bucket.run()

        assert (failing_s3.struck, error is not None) == (True, True), kind
    failing_s3.expect()
    assert bucket.run() is None
    assert bucket.contents() == after


@pytest.mark.soak
@pytest.mark.parametrize("way", WAYS)
def test_a_run_that_failed_at_any_request_is_mended_by_the_next(failing_s3, scene, undisturbed, way):
    after, _asked = undisturbed
    before = scene.contents()
    bucket = scene.copy()

    for number in itertools.count(1):
        failing_s3.expect("any", number, way)
        error = bucket.run()
        if not failing_s3.struck:
            break
        if error is not None and bucket.contents("raw/", "lake/") == before:
            continue
        if error is not None:
            failing_s3.expect()
            assert bucket.run() is None
        # Without an error S3A did without what failed: the run has come to its end.
        assert bucket.contents("raw/", "lake/") == after, number
        bucket = scene.copy()
    assert bucket.contents() == after
