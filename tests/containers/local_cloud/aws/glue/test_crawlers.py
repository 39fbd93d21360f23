"""Crawlers by boto3: the tables and partitions they make, and how a run is seen."""

import datetime
import decimal
import time

import pyarrow as pa
import pytest

from local_cloud.aws.glue import crawlers

ENTRIES = {"position": pa.array([1, 2], pa.int32()), "song_id": ["s1", "s2"]}


def table(lake, name="entry"):
    return lake.glue.get_table(DatabaseName="charts", Name=name)["Table"]


def columns(found):
    return {column["Name"]: column["Type"] for column in found["StorageDescriptor"]["Columns"]}


def partitions(lake, name="entry"):
    found = lake.glue.get_partitions(DatabaseName="charts", TableName=name)["Partitions"]
    return {each["Values"][0]: each["StorageDescriptor"]["Location"] for each in found}


def put_two_days(lake):
    lake.put("entry/chart_date=2026-11-21", ENTRIES)
    lake.put("entry/chart_date=2026-11-22", ENTRIES)


def test_a_folder_of_parquet_becomes_a_table_partitioned_by_its_subfolders(lake):
    put_two_days(lake)

    lake.crawl("entry")

    made = table(lake)
    assert columns(made) == {"position": "int", "song_id": "string"}
    assert made["PartitionKeys"] == [{"Name": "chart_date", "Type": "string"}]
    assert made["StorageDescriptor"]["Location"] == "s3://lake-bucket/lake/entry/"
    assert made["TableType"] == "EXTERNAL_TABLE"
    assert made["Parameters"]["classification"] == "parquet"
    assert made["Parameters"]["objectCount"] == "2"
    assert partitions(lake) == {
        "2026-11-21": "s3://lake-bucket/lake/entry/chart_date=2026-11-21/",
        "2026-11-22": "s3://lake-bucket/lake/entry/chart_date=2026-11-22/",
    }


@pytest.mark.parametrize(
    ("configuration", "ends"),
    [
        ('{"Version": 1.0, "CreatePartitionIndex": false, "Grouping": {"TableLevelConfiguration": 3}}', "SUCCEEDED"),
        ('{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}}', "FAILED"),
        ('{"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}}', "FAILED"),
        ('{"Version": 1.0, "Surprise": true}', "FAILED"),
    ],
)
def test_a_configuration_is_followed_or_refused(lake, configuration, ends):
    put_two_days(lake)

    assert lake.crawl("entry", Configuration=configuration)["LastCrawl"]["Status"] == ends


@pytest.mark.parametrize(
    "policy",
    [
        {"SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}},
        {"SchemaChangePolicy": {"DeleteBehavior": "DELETE_FROM_DATABASE"}},
        {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}},
        {"TablePrefix": "raw_"},
    ],
)
def test_a_policy_or_prefix_that_is_not_known_is_refused(lake, policy):
    put_two_days(lake)

    assert "not supported here" in lake.crawl("entry", **policy)["LastCrawl"]["ErrorMessage"]


def test_parquet_types_get_hives_names(lake):
    moment = datetime.datetime(2026, 11, 22, 23, tzinfo=datetime.UTC)
    row = {
        "S": "x",
        "i": pa.scalar(1, pa.int32()),
        "b": 1,
        "d": 0.5,
        "f": pa.scalar(0.5, pa.float32()),
        "t": True,
        "day": moment.date(),
        "at": moment,
        "price": decimal.Decimal("1.50"),
        "ids": ["a"],
    }
    lake.put("entry", {name: pa.array([value]) for name, value in row.items()})

    lake.crawl("entry")

    assert columns(table(lake)) == {
        "s": "string",
        "i": "int",
        "b": "bigint",
        "d": "double",
        "f": "float",
        "t": "boolean",
        "day": "date",
        "at": "timestamp",
        "price": "decimal(3,2)",
        "ids": "array<string>",
    }
    assert table(lake)["PartitionKeys"] == []


def test_the_newest_file_gives_the_columns(lake):
    lake.put("entry/chart_date=2026-11-22", ENTRIES)
    lake.crawl("entry")
    lake.put("entry/chart_date=2026-11-21", ENTRIES | {"streams": pa.array([5, 6], pa.int64())})

    lake.crawl("entry")

    assert columns(table(lake)) == {"position": "int", "song_id": "string", "streams": "bigint"}
    assert list(partitions(lake)) == ["2026-11-22", "2026-11-21"]


def test_a_vanished_folder_leaves_its_partition(lake):
    put_two_days(lake)
    lake.crawl("entry")
    lake.s3.delete_object(Bucket="lake-bucket", Key="lake/entry/chart_date=2026-11-21/part-0.parquet")

    lake.crawl("entry")

    assert set(partitions(lake)) == {"2026-11-21", "2026-11-22"}


def test_a_hundred_and_one_partitions_are_added_at_once(lake):
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(days=number) for number in range(101)]
    for day in days:
        lake.put(f"entry/chart_date={day}", ENTRIES)

    lake.crawl("entry")

    assert list(partitions(lake)) == [day.isoformat() for day in days]


def test_partitions_have_the_tables_columns_when_they_inherit_else_their_own_files(lake):
    lake.put("entry/chart_date=2026-11-21", ENTRIES)
    lake.put("entry/chart_date=2026-11-22", ENTRIES | {"streams": [5, 6]})

    def counts(**definition):
        lake.crawl("entry", **definition)
        found = lake.glue.get_partitions(DatabaseName="charts", TableName="entry")["Partitions"]
        return [len(columns(each)) for each in found]

    inherit = '{"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'
    assert counts() == [2, 3]
    assert counts(Configuration=inherit) == [3, 3]


def test_a_table_is_named_by_its_folder(lake):
    lake.put("Chart-Entry", ENTRIES)

    lake.crawl("Chart-Entry")

    assert table(lake, "chart_entry")["Name"] == "chart_entry"


def test_a_folder_with_nothing_in_it_makes_no_table(lake):
    lake.s3.put_object(Bucket="lake-bucket", Key="lake/entry/", Body=b"")
    lake.s3.put_object(Bucket="lake-bucket", Key="lake/entry/_SUCCESS", Body=b"x")

    crawler = lake.crawl("entry")

    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert lake.glue.get_tables(DatabaseName="charts")["TableList"] == []


def test_a_file_that_is_not_parquet_does_not_end_the_run_and_its_folder_stays_a_partition(lake):
    lake.put("entry/chart_date=2026-11-22", ENTRIES)
    lake.s3.put_object(Bucket="lake-bucket", Key="lake/entry/chart_date=2026-11-21/part-0.parquet", Body=b"oops")

    crawler = lake.crawl("entry")

    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert columns(table(lake)) == {"position": "int", "song_id": "string"}
    assert set(partitions(lake)) == {"2026-11-21", "2026-11-22"}


def test_a_table_of_which_no_file_can_be_read_fails_the_run(lake):
    lake.s3.put_object(Bucket="lake-bucket", Key="lake/entry/part-0.parquet", Body=b"oops")

    crawler = lake.crawl("entry")

    assert crawler["State"] == "READY"
    assert crawler["LastCrawl"]["Status"] == "FAILED"
    assert "s3://lake-bucket/lake/entry/part-0.parquet is not" in crawler["LastCrawl"]["ErrorMessage"]


def test_tables_below_one_target_fail_the_run(lake):
    lake.put("lake/entry", ENTRIES)
    lake.put("lake/song", ENTRIES)

    crawler = lake.crawl("lake")

    assert "one target per table" in crawler["LastCrawl"]["ErrorMessage"]


def test_a_run_is_seen_running_and_no_second_one_starts(lake, monkeypatch):
    monkeypatch.setattr(crawlers, "crawl", lambda *_arguments: time.sleep(0.3))
    path = "s3://lake-bucket/lake/entry/"
    targets = {"S3Targets": [{"Path": path}]}
    lake.glue.create_crawler(Name="slow", Role="crawler", DatabaseName="charts", Targets=targets)
    before = lake.glue.get_crawler(Name="slow")["Crawler"]

    lake.glue.start_crawler(Name="slow")
    during = lake.glue.get_crawler(Name="slow")["Crawler"]
    with pytest.raises(lake.glue.exceptions.CrawlerRunningException):
        lake.glue.start_crawler(Name="slow")
    # Nobody says that a run was stopped.
    with pytest.raises(lake.glue.exceptions.CrawlerNotRunningException):
        lake.glue.stop_crawler(Name="slow")
    after = lake.settled(lambda: lake.glue.get_crawler(Name="slow")["Crawler"], lambda it: it["State"] == "READY")

    assert (before["State"], during["State"]) == ("READY", "RUNNING")
    assert "LastCrawl" not in before
    assert "LastCrawl" not in during
    assert after["LastCrawl"]["Status"] == "SUCCEEDED"
    assert after["CrawlElapsedTime"] >= 300


@pytest.mark.parametrize("operation", ["start_crawler", "get_crawler"])
def test_an_unknown_crawler_is_not_found(lake, operation):
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        getattr(lake.glue, operation)(Name="nobody")
