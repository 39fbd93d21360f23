"""What moto's S3 does otherwise: the conditions on a copy, and listings while objects come and go."""

import pytest
from botocore.exceptions import ClientError

from local_cloud.aws.backends import backend


@pytest.fixture
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="data")
    return client


def copy(s3, etag):
    source = {"Bucket": "data", "Key": "raw/a b%c.json"}
    return s3.copy_object(Bucket="data", Key="copied.json", CopySource=source, CopySourceIfMatch=etag)


def test_a_copy_of_the_expected_version_is_made(s3):
    etag = s3.put_object(Bucket="data", Key="raw/a b%c.json", Body=b"1")["ETag"]

    copy(s3, etag)

    assert s3.get_object(Bucket="data", Key="copied.json")["Body"].read() == b"1"


def test_a_copy_of_another_version_is_refused_and_makes_nothing(s3):
    etag = s3.put_object(Bucket="data", Key="raw/a b%c.json", Body=b"1")["ETag"]
    s3.put_object(Bucket="data", Key="raw/a b%c.json", Body=b"2")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        copy(s3, etag)

    assert s3.list_objects_v2(Bucket="data", Prefix="copied")["KeyCount"] == 0


def test_a_listing_shows_one_moment_though_objects_are_deleted_meanwhile(s3):
    for key in ("a", "b", "c"):
        s3.put_object(Bucket="data", Key=key, Body=b"x")
    bucket = backend("s3").get_bucket("data")

    listing = bucket.keys.items()
    first, _object = next(listing)
    s3.delete_object(Bucket="data", Key="b")

    assert [first, *(key for key, _object in listing)] == ["a", "b", "c"]
    assert [item["Key"] for item in s3.list_objects_v2(Bucket="data")["Contents"]] == ["a", "c"]
