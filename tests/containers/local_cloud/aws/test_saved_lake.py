"""A saved lake: what a local cloud keeps of its catalogue, and questions to it with no local cloud running."""

from contextlib import contextmanager

import pyarrow as pa
import pytest

from local_cloud.aws.glue.saved_catalog import load_tables, save_catalog
from local_cloud.aws.s3.saved_bucket import save_bucket
from local_cloud.lake import asked_lake

OUTPUTS = {"Database": "charts", "Workgroup": "primary", "DataBucket": "lake-bucket"}


@pytest.fixture
def saved(lake, aws, tmp_path):
    """Two dates of a table, which the catalogue knows, a third which it does not, and a view."""
    for day in ("2026-11-21", "2026-11-22"):
        lake.put(f"entry/chart_date={day}", {"position": pa.array([1, 2], pa.int32())})
    lake.crawl("entry")
    lake.run("CREATE VIEW first AS SELECT chart_date FROM entry WHERE position = 1")
    lake.put("entry/chart_date=2026-11-23", {"position": pa.array([1], pa.int32())})
    save_bucket(aws, "lake-bucket", tmp_path / "bucket")
    save_catalog(OUTPUTS, tmp_path / "catalog.json")
    return tmp_path


@pytest.fixture
def asking(saved, lake, monkeypatch):
    """Opens the saved lake: while it is open, queries go there."""

    @contextmanager
    def asking():
        with asked_lake(saved, {}) as stack, monkeypatch.context() as patch:
            patch.setattr(lake, "athena", stack.client("athena"))
            yield stack

    return asking


def test_tables_partitions_and_views_are_those_of_the_saved_catalogue(asking, lake):
    with asking() as stack:
        assert lake.rows("SELECT * FROM first ORDER BY 1") == [("2026-11-21",), ("2026-11-22",)]
        assert lake.rows("SELECT count(*) FROM entry WHERE chart_date = '2026-11-22'") == [("2",)]
        assert stack.outputs == OUTPUTS


def test_what_a_question_makes_is_there_for_the_next_and_then_forgotten(saved, asking, lake):
    before = sorted(saved.rglob("*"))
    with asking():
        lake.run("CREATE TABLE copied AS SELECT position FROM entry")
        assert lake.rows("SELECT count(*) FROM copied") == [("4",)]
        lake.run("DROP VIEW first")

    assert sorted(saved.rglob("*")) == before
    with asking():
        assert lake.reason("SELECT count(*) FROM copied").startswith("TABLE_NOT_FOUND")
        assert lake.rows("SELECT count(*) FROM first") == [("2",)]


def test_other_services_see_a_copy_of_the_bucket(asking):
    with asking() as stack:
        found = stack.client("s3").list_objects_v2(Bucket="lake-bucket", Prefix="lake/")["Contents"]

    assert len(found) == 3


def test_a_stack_deployed_anew_has_its_tables_partitions_and_views_back(saved, lake, aws):
    lake.glue.delete_database(Name="charts")
    lake.glue.create_database(DatabaseInput={"Name": "charts"})

    load_tables(aws, "charts", saved / "catalog.json")

    assert lake.rows("SELECT * FROM first ORDER BY 1") == [("2026-11-21",), ("2026-11-22",)]
    assert len(lake.glue.get_partitions(DatabaseName="charts", TableName="entry")["Partitions"]) == 2


def test_a_table_that_the_template_declares_is_the_deployments(saved, lake, aws):
    lake.glue.delete_database(Name="charts")
    lake.glue.create_database(DatabaseInput={"Name": "charts"})
    lake.glue.create_table(DatabaseName="charts", TableInput={"Name": "entry", "Parameters": {"declared": "yes"}})

    load_tables(aws, "charts", saved / "catalog.json")

    assert lake.glue.get_table(DatabaseName="charts", Name="entry")["Table"]["Parameters"] == {"declared": "yes"}
