"""A deployed stack from CatalogMode crawler to projection and back, by the steps of docs/deploy.md."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from hand_made_lake import put_charts
from local_pipeline import crawl, query

from chart_check.athena import Athena, SharedSession
from chart_check.lake_checks import PROCESSED_RULE
from chart_check.processed import processed_not_in_lake
from chart_check.views import lake_views, make_views
from local_cloud.aws.cloudformation.stack import DeploymentError, deploy
from local_cloud.aws.server import client_environment
from local_cloud.cloud import STACK, TEMPLATE, LocalCloud
from top50.cli import main
from top50.errors import QueryError

ROOT = Path(__file__).parents[2]
TABLES = ["album", "artist", "chart_entry", "chart_load", "song", "song_artist"]


def day(days_ago):
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%d}"


# The day before yesterday is missing.
CHARTS = {day(3): {"global": "a b", "us": "b c"}, day(1): {"global": "b c", "us": "b a"}, day(0): {"global": "c -"}}


@pytest.fixture
def cloud(tmp_path):
    """A stack with a crawler, which has been."""
    with LocalCloud(tmp_path, {}, save=False) as cloud:
        put_charts(cloud.outputs["DataBucket"], CHARTS)
        crawl(cloud)
        assert make_views(athena(cloud), lake_views()) == []
        yield cloud


def athena(cloud):
    return Athena(SharedSession(), cloud.outputs["Database"], cloud.outputs["Workgroup"])


def update(cloud, **parameters):
    """``top50 deploy`` with other answers."""
    cloud.outputs = deploy(cloud.aws, TEMPLATE, STACK, parameters).outputs


def drop_tables(cloud):
    return CliRunner(env=client_environment(cloud.aws.url)).invoke(main, ["drop-tables"])


def catalog(cloud):
    """What the catalog says of each table, as far as a query cares, and the names of the views."""
    listed = cloud.aws.client("glue").get_tables(DatabaseName=cloud.outputs["Database"])["TableList"]
    tables = {it["Name"]: it for it in listed if it["TableType"] == "EXTERNAL_TABLE"}
    storage = ("Columns", "Location", "InputFormat", "OutputFormat")
    told = {
        name: ({key: it["StorageDescriptor"][key] for key in storage}, it["PartitionKeys"])
        for name, it in tables.items()
    }
    return told, sorted(it["Name"] for it in listed if it["TableType"] == "VIRTUAL_VIEW")


def answers(cloud):
    counts = " UNION ALL ".join(f"SELECT '{it}', count(*), count(DISTINCT chart_date) FROM {it}" for it in TABLES)
    movement = "SELECT chart, chart_date, position, movement, previous_date FROM chart_movement ORDER BY 1, 2, 3"
    return [sorted(query(cloud, counts).rows), query(cloud, movement).rows]


def test_from_crawler_to_projection_and_back_tables_and_answers_are_the_same(cloud):
    before, crawled = answers(cloud), catalog(cloud)
    assert sorted(crawled[0]) == TABLES

    dropped = drop_tables(cloud)
    assert dropped.exit_code == 0, dropped.stderr
    assert f"Removed from the catalog: {', '.join(TABLES)}." in dropped.stdout
    assert f"with CatalogMode projection, and ProjectionFrom {day(3)}:" in dropped.stdout
    assert catalog(cloud) == ({}, crawled[1])
    for command in (["check"], ["sql", "select * from song"]):
        missing = CliRunner(env=client_environment(cloud.aws.url)).invoke(main, [*command, "--stack", "spotify-top50"])
        assert missing.exit_code == 1
        assert missing.stderr.count("none of the lake's tables is in the catalog") == 1, missing.stderr
        assert not re.search("could not run|Did you mean", missing.stderr)

    update(cloud, CatalogMode="projection", ProjectionFrom=day(3))
    assert catalog(cloud) == crawled
    assert answers(cloud) == before
    assert make_views(athena(cloud), lake_views()) == []

    refused = drop_tables(cloud)
    assert refused.exit_code == 1
    assert "the tables of stack spotify-top50 are the template's" in refused.stderr

    update(cloud, CatalogMode="crawler")
    with pytest.raises(QueryError, match="TABLE_NOT_FOUND"):
        query(cloud, "SELECT 1 FROM song")
    crawl(cloud)
    assert catalog(cloud) == crawled
    assert answers(cloud) == before


@pytest.mark.full
def test_a_deployment_before_the_tables_are_dropped_is_refused_and_can_be_made_again(cloud):
    before = answers(cloud)

    with pytest.raises(DeploymentError, match="AlreadyExistsException"):
        update(cloud, CatalogMode="projection", ProjectionFrom=day(3))
    # CloudFormation takes a failed update back; the local cloud leaves that to us.
    update(cloud, CatalogMode="crawler")
    drop_tables(cloud)
    update(cloud, CatalogMode="projection", ProjectionFrom=day(3))

    assert answers(cloud) == before


def test_tables_are_not_dropped_while_a_run_could_make_them_again(cloud):
    stepfunctions = cloud.aws.client("stepfunctions")
    wait = '{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 60, "End": true}}}'
    stepfunctions.update_state_machine(stateMachineArn=cloud.outputs["Pipeline"], definition=wait)
    run = stepfunctions.start_execution(stateMachineArn=cloud.outputs["Pipeline"], name="daily")

    refused = drop_tables(cloud)
    stepfunctions.stop_execution(executionArn=run["executionArn"])

    assert refused.exit_code == 1
    assert "execution daily is running, and it would crawl" in refused.stderr
    assert sorted(catalog(cloud)[0]) == TABLES


def test_a_date_before_the_first_projected_one_is_not_seen_and_the_check_names_it(cloud):
    old = day(3)
    cloud.aws.client("s3").put_object(
        Bucket=cloud.outputs["DataBucket"],
        Key=f"raw/processed/chart_date={old}/us.{old.replace('-', '')}T230004Z.1f3a9c20.json",
        Body=b"{}",
    )
    drop_tables(cloud)

    update(cloud, CatalogMode="projection", ProjectionFrom=day(2))

    assert query(cloud, "SELECT DISTINCT chart_date FROM song ORDER BY 1").rows == [[day(1)], [day(0)]]
    [row] = processed_not_in_lake(cloud.aws.client("s3"), cloud.outputs["DataBucket"], athena(cloud), None)
    assert (row["chart"], row["chart_date"]) == ("us", old)
    assert "ProjectionFrom" in PROCESSED_RULE
