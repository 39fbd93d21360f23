"""A run on a bucket whose requests fail, and the run after it: nothing is lost, nothing is left over."""

import itertools

import pytest
from glue_jobs.s3_faults import WAYS, Bucket
from glue_jobs.scenes import LANDED, LOADED


@pytest.fixture(scope="module")
def scene(failing_s3, s3):
    """A loaded lake before a run; tests work on copies of it."""
    bucket = Bucket(s3)
    for name, document in LOADED.items():
        bucket.land(name, document)
    assert bucket.run() is None
    for name, document in LANDED.items():
        bucket.land(name, document)
    return bucket


@pytest.fixture(scope="module")
def undisturbed(failing_s3, scene):
    """What a run that nothing disturbs makes of the scene, and how often it asks S3 for what."""
    bucket = scene.copy()
    failing_s3.expect()
    assert bucket.run() is None
    return bucket.contents(), failing_s3.asked


# In turn, every request fails once; in all ways, one after the other, that takes minutes.
@pytest.mark.parametrize(
    "way",
    [pytest.param("in turn", marks=pytest.mark.full), *(pytest.param(way, marks=pytest.mark.soak) for way in WAYS)],
)
def test_a_run_that_failed_at_any_request_is_mended_by_the_next(failing_s3, scene, undisturbed, way):
    after, _asked = undisturbed
    before = scene.contents()
    bucket = scene.copy()

    for number in itertools.count(1):
        failing_s3.expect("any", number, WAYS[number % len(WAYS)] if way == "in turn" else way)
        error = bucket.run()
        if not failing_s3.struck:
            break
        if error is not None and bucket.contents("raw/", "lake/") == before:
            continue
        if error is not None:
            failing_s3.expect()
            assert bucket.run() is None
        assert bucket.contents("raw/", "lake/") == after, number
        bucket = scene.copy()
    assert bucket.contents() == after
