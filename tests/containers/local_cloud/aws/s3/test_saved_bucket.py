"""A bucket kept in a folder: complete or as it was, with metadata and age."""

import pytest

from local_cloud.aws.s3.saved_bucket import load_bucket, save_bucket


@pytest.fixture
def s3(aws):
    client = aws.client("s3")
    client.create_bucket(Bucket="data")
    client.put_object(Bucket="data", Key="raw/a b.json", Body=b"1", Metadata={"event-time": "2026-11-22T23:00:00Z"})
    return client


def test_objects_come_back_with_their_content_metadata_and_age(aws, s3, tmp_path):
    before = s3.head_object(Bucket="data", Key="raw/a b.json")
    save_bucket(aws, "data", tmp_path / "bucket")
    s3.delete_object(Bucket="data", Key="raw/a b.json")

    load_bucket(aws, "data", tmp_path / "bucket")

    after = s3.get_object(Bucket="data", Key="raw/a b.json")
    assert after["Body"].read() == b"1"
    assert after["Metadata"] == {"event-time": "2026-11-22T23:00:00Z"}
    assert after["LastModified"] == before["LastModified"]


def test_a_save_that_is_cut_off_leaves_what_was_saved_before(aws, s3, tmp_path):
    save_bucket(aws, "data", tmp_path / "bucket")

    with pytest.raises(s3.exceptions.NoSuchBucket):
        save_bucket(aws, "no-such-bucket", tmp_path / "bucket")

    assert (tmp_path / "bucket" / "raw" / "a b.json").read_bytes() == b"1"
    assert not (tmp_path / "bucket.unfinished").exists()


def test_a_save_that_died_between_its_two_renames_is_taken_back(aws, s3, tmp_path):
    save_bucket(aws, "data", tmp_path / "bucket")
    (tmp_path / "bucket").rename(tmp_path / "bucket.old")
    s3.delete_object(Bucket="data", Key="raw/a b.json")

    load_bucket(aws, "data", tmp_path / "bucket")

    assert s3.list_objects_v2(Bucket="data")["KeyCount"] == 1


def test_what_is_gone_from_the_bucket_is_gone_from_the_folder(aws, s3, tmp_path):
    save_bucket(aws, "data", tmp_path / "bucket")
    s3.delete_object(Bucket="data", Key="raw/a b.json")

    save_bucket(aws, "data", tmp_path / "bucket")

    assert list((tmp_path / "bucket").rglob("*.json")) == []
