"""The job sees one kind of storage: whatever holds for a folder holds for a bucket."""

import os
import pickle

import pytest

from chart_transform.errors import FileChangedError, TransformError
from chart_transform.stores.local import LocalStore
from chart_transform.stores.places import open_raw, open_store
from chart_transform.stores.s3 import S3Store

NAMES = [
    "plain.json",
    "with space.json",
    "12:30:59.json",
    "Ä 音楽 🎵.json",
    "100%.json",
    "a%20b+c.json",
    "#?&=[x]{y}'.json",
]


@pytest.fixture(params=["local", "s3"])
def store(request, tmp_path):
    """An empty store of each kind, beside a folder whose name begins as its own does."""
    if request.param == "local":
        (tmp_path / "rawer").mkdir()
        (tmp_path / "rawer" / "other.json").write_text("other")
        yield open_store(str(tmp_path / "raw"))
        return
    bucket = request.getfixturevalue("bucket")
    request.getfixturevalue("s3").put_object(Bucket=bucket, Key="rawer/other.json", Body=b"other")
    found = open_store(f"s3://{bucket}/raw")
    yield found
    found.s3.close()


def keys(store, prefix=""):
    return [file.key for file in store.list(prefix)]


def version(store, key):
    (found,) = [file.version for file in store.list("") if file.key == key]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_written_listed_read_and_moved(store, name):
    store.write(f"in/{name}", b"one")

    (file,) = store.list("in/")
    content = store.read(file.key, file.version)
    store.move(file.key, file.version, f"out/{name}")

    assert (file.key, file.size, content) == (f"in/{name}", 3, b"one")
    assert keys(store) == [f"out/{name}"]


def test_a_listing_is_sorted_and_ends_at_its_folder(store):
    for key in ("a/2.json", "a/1.json", "a/b/3.json", "ab/4.json"):
        store.write(key, b"x")

    assert keys(store, "a/") == ["a/1.json", "a/2.json", "a/b/3.json"]
    assert keys(store, "none/") == []


def test_what_is_written_again_is_replaced_and_has_another_version(store):
    store.write("key", b"one")
    before = version(store, "key")

    store.write("key", b"two")

    assert store.read("key") == b"two"
    assert version(store, "key") != before


def test_a_replaced_file_holds_what_was_staged(store):
    store.write("staging/part", b"new")
    store.write("lake/part-0", b"old")

    store.replace("staging/part", "lake/part-0")

    assert store.read("lake/part-0") == b"new"


def test_a_file_that_changed_since_it_was_listed_is_not_read(store):
    store.write("key", b"one")
    listed = version(store, "key")
    store.write("key", b"two")

    with pytest.raises(FileChangedError, match="key changed since it was listed"):
        store.read("key", listed)


def test_a_file_that_changed_since_it_was_listed_is_not_moved(store):
    store.write("key", b"one")
    listed = version(store, "key")
    store.write("key", b"two")

    with pytest.raises(FileChangedError):
        store.move("key", listed, "target")

    assert keys(store) == ["key"]
    assert store.read("key") == b"two"


def test_a_file_that_is_gone_is_not_read_and_not_moved(store):
    store.write("key", b"one")
    listed = version(store, "key")
    store.delete("")

    with pytest.raises(FileNotFoundError):
        store.read("key")
    with pytest.raises((FileChangedError, FileNotFoundError)):
        store.move("key", listed, "target")

    assert keys(store) == []


def test_a_move_replaces_what_stood_at_its_target(store):
    store.write("from", b"new")
    store.write("to", b"old")

    store.move("from", version(store, "from"), "to")

    assert store.read("to") == b"new"


def test_a_deletion_ends_at_its_prefix(store):
    for key in ("staging/a/1", "staging/a/2", "staging/ab/3"):
        store.write(key, b"x")

    store.delete("staging/a/")
    store.delete("staging/none/")

    assert keys(store) == ["staging/ab/3"]


def test_a_store_travels_to_the_executors(store):
    store.write("key", b"one")

    there = pickle.loads(pickle.dumps(store))

    assert there.read("key") == b"one"
    if isinstance(there, S3Store):
        there.s3.close()


def test_a_bucket_that_does_not_exist_is_an_error_that_names_it(bucket):
    raw = open_raw(f"s3://{bucket}-not/raw")

    with pytest.raises(TransformError, match=rf"s3://{bucket}-not/raw/to_processed/: .*NoSuchBucket"):
        raw.list("to_processed/")

    raw.s3.close()


def test_hidden_files_and_what_is_no_file_are_not_listed(tmp_path):
    (tmp_path / "folder.json").mkdir()
    (tmp_path / ".DS_Store").write_text("x")
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "gone")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / os.fsdecode(b"caf\xe9.json")).write_text("x")

    assert LocalStore(tmp_path).list("") == []


def test_moving_a_link_keeps_its_content_and_leaves_what_it_points_to(tmp_path):
    (tmp_path / "mine.json").write_text("mine")
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "link.json").symlink_to("../mine.json")
    store = LocalStore(tmp_path / "raw")

    store.move("link.json", version(store, "link.json"), "deep/er/kept.json")

    assert not (tmp_path / "raw" / "deep/er/kept.json").is_symlink()
    assert store.read("deep/er/kept.json") == b"mine"
    assert keys(store) == ["deep/er/kept.json"]
    assert (tmp_path / "mine.json").read_text() == "mine"
