"""Listings while objects come and go."""

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends


def test_a_listing_shows_one_moment_though_objects_are_deleted_meanwhile(aws):
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="data")
    for key in ("a", "b", "c"):
        s3.put_object(Bucket="data", Key=key, Body=b"x")
    bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].get_bucket("data")

    listing = bucket.keys.items()
    first, _object = next(listing)
    s3.delete_object(Bucket="data", Key="b")

    assert [first, *(key for key, _object in listing)] == ["a", "b", "c"]
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="data")["Contents"]] == ["a", "c"]
