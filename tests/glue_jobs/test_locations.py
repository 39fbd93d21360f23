"""Where --raw_path and --lake_path lead."""

import pytest

from chart_transform.errors import TransformError
from chart_transform.stores.places import open_lake, open_raw


@pytest.mark.parametrize(
    ("given", "parent", "name"),
    [
        ("{here}/lake", "", "lake"),
        ("{here}/my lake//", "", "my lake"),
        ("{here}/100%20/lake", "100%20", "lake"),
        ("{here}/a/../lake/", "", "lake"),
        ("file://{here}/my%20lake/", "", "my lake"),
        ("file://localhost{here}/lake", "", "lake"),
        ("lake", "", "lake"),
        ("./x/lake", "x", "lake"),
    ],
)
def test_a_local_lake_is_where_its_path_says(tmp_path, monkeypatch, given, parent, name):
    monkeypatch.chdir(tmp_path)

    beside, folder = open_lake(given.format(here=tmp_path))

    assert (beside.root, folder) == (tmp_path / parent, name)


def test_a_lake_on_s3_has_staging_and_runs_beside_it():
    beside, folder = open_lake("s3://bucket/deep/lake/")
    top, _folder = open_lake("s3://bucket/lake")

    assert (beside.bucket, beside.prefix, beside.uri, folder) == ("bucket", "deep/", "s3://bucket/deep", "lake")
    assert (top.prefix, top.uri) == ("", "s3://bucket")


@pytest.mark.parametrize("uri", ["s3://bucket", "s3://bucket/", "s3:///lake", "file:///", "/", "file://tmp/lake"])
def test_a_lake_without_a_folder_of_its_own_is_refused(uri):
    with pytest.raises(TransformError, match=uri):
        open_lake(uri)


def test_a_raw_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(TransformError, match="there is no folder"):
        open_raw(str(tmp_path / "tpyo"))
