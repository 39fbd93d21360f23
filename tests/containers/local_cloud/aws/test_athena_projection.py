"""Partition projection: which folders a table with computed partitions reads, and what is refused."""

from datetime import UTC, datetime, timedelta

import pytest

TODAY = datetime.now(UTC).date()
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
PROJECTION = {
    "projection.enabled": "true",
    "projection.chart_date.type": "date",
    "projection.chart_date.format": "yyyy-MM-dd",
    "projection.chart_date.range": f"{TODAY - timedelta(days=3)},NOW",
    "storage.location.template": "s3://lake-bucket/lake/entry/chart_date=${chart_date}/",
}


def day(days_ago):
    return str(TODAY - timedelta(days=days_ago))


@pytest.fixture
def entry(lake):
    """A table, not yet made, with a file for a date before the range, two in it and one after it."""
    lake.sizes = {it: lake.put(f"entry/chart_date={day(it)}", {"position": [it]}) for it in (4, 3, 1, -1)}

    def make(**changed):
        properties = {**PROJECTION, **{name.replace("__", "."): value for name, value in changed.items()}}
        table = {
            "Name": "entry",
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {
                "Columns": [{"Name": "position", "Type": "bigint"}],
                "Location": "s3://lake-bucket/lake/entry/",
                **PARQUET,
            },
            "PartitionKeys": [{"Name": "chart_date", "Type": "string"}],
            "Parameters": {name: value for name, value in properties.items() if value is not None},
        }
        lake.glue.create_table(DatabaseName="charts", TableInput=table)
        return lake

    return make


def test_the_dates_of_the_range_are_read_and_the_others_are_not(entry):
    rows = entry().rows("SELECT chart_date, position FROM entry ORDER BY chart_date")

    assert rows == [(day(3), "3"), (day(1), "1")]


def test_a_date_that_is_text_prunes_what_is_read(entry):
    lake = entry()

    query = lake.run(f"SELECT * FROM entry WHERE chart_date >= '{day(2)}'")

    assert query["Statistics"]["DataScannedInBytes"] == lake.sizes[1]


def test_the_files_are_where_the_template_of_the_location_says(entry):
    lake = entry(storage__location__template="s3://lake-bucket/other/${chart_date}/")
    lake.s3.copy_object(
        Bucket="lake-bucket",
        Key=f"other/{day(2)}/part-0.parquet",
        CopySource=f"lake-bucket/lake/entry/chart_date={day(1)}/part-0.parquet",
    )

    assert lake.rows("SELECT chart_date, position FROM entry") == [(day(2), "1")]


def test_partitions_in_the_catalogue_do_not_count(entry):
    lake = entry()
    storage = {"Columns": [], "Location": f"s3://lake-bucket/lake/entry/chart_date={day(4)}/"}
    lake.glue.create_partition(
        DatabaseName="charts", TableName="entry", PartitionInput={"Values": [day(4)], "StorageDescriptor": storage}
    )

    assert lake.rows("SELECT count(*) FROM entry") == [("2",)]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"projection__chart_date__range": None}, "projection.chart_date.range is missing"),
        ({"projection__chart_date__range": "yesterday,NOW"}, "'yesterday' of its range is neither a date"),
        ({"projection__chart_date__range": "NOW-3DAYS,NOW"}, "NOT_SUPPORTED: a projection's range to NOW-3DAYS"),
        ({"projection__chart_date__format": "dd.MM.yyyy"}, "NOT_SUPPORTED"),
        ({"projection__chart_date__type": "injected"}, "NOT_SUPPORTED"),
        ({"projection__chart_date__digits": "2"}, "NOT_SUPPORTED: the table property projection.chart_date.digits"),
        ({"projection__day__type": "date"}, "the table property projection.day.type"),
        ({"storage__location__template": "s3://lake-bucket/lake/"}, r"does not have ${chart_date} in it"),
    ],
)
def test_what_is_missing_or_not_known_ends_the_query_with_its_name(entry, changed, reason):
    assert reason in entry(**changed).reason("SELECT * FROM entry")
