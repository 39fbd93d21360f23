"""Athena by awswrangler, in each of the three ways it takes to a result."""

import datetime

import awswrangler as wr
import pandas as pd
import pyarrow as pa
import pytest

# By a table made and dropped, by UNLOAD, by the CSV file.
APPROACHES = ["ctas", "unload", "csv"]


@pytest.fixture
def charts(lake):
    lake.put(
        "entry/chart_date=2026-11-22",
        {
            "position": pa.array([1, 2, 3], pa.int32()),
            "streams": pa.array([10, None, 30], pa.int64()),
            "share": [0.5, 0.25, 0.25],
            "explicit": [True, False, None],
            "artist": ["Ana", "Ben", None],
            "artist_ids": [["a1"], ["a2", "a3"], []],
            "release_day": [datetime.date(2026, 11, 1), None, datetime.date(2026, 11, 2)],
            "fetched_at": pa.array([datetime.datetime(2026, 11, 22, 23, 0, 4)] * 3),
        },
    )
    lake.crawl("entry")
    return lake


def read(sql, approach, folder="result", **options):
    how = {
        "ctas": {"ctas_approach": True, "s3_output": "s3://lake-bucket/athena/"},
        "unload": {"ctas_approach": False, "unload_approach": True, "s3_output": f"s3://lake-bucket/{folder}/"},
        "csv": {"ctas_approach": False, "s3_output": "s3://lake-bucket/athena/"},
    }
    return wr.athena.read_sql_query(
        sql, database="charts", athena_query_wait_polling_delay=0.01, **how[approach], **options
    )


@pytest.mark.parametrize("approach", APPROACHES)
def test_values_and_types_arrive(charts, approach):
    frame = read("SELECT * FROM entry ORDER BY position", approach)

    assert frame["position"].tolist() == [1, 2, 3]
    assert frame["streams"].fillna(-1).tolist() == [10, -1, 30]
    assert frame["share"].tolist() == [0.5, 0.25, 0.25]
    assert frame["explicit"].fillna(False).tolist() == [True, False, False]
    assert frame["artist"].fillna("").tolist() == ["Ana", "Ben", ""]
    assert frame["release_day"].tolist()[0] == datetime.date(2026, 11, 1)
    assert frame["fetched_at"].tolist() == [pd.Timestamp("2026-11-22 23:00:04")] * 3
    assert frame["chart_date"].tolist() == ["2026-11-22"] * 3


@pytest.mark.parametrize("approach", ["ctas", "unload"])
def test_arrays_arrive_as_lists_where_parquet_carries_them(charts, approach):
    frame = read("SELECT artist_ids FROM entry ORDER BY position", approach)

    assert [list(ids) for ids in frame["artist_ids"]] == [["a1"], ["a2", "a3"], []]


@pytest.mark.parametrize("approach", ["ctas", "csv"])
def test_no_rows_are_an_empty_frame_with_its_columns(charts, approach):
    frame = read("SELECT position, artist FROM entry WHERE position > 9", approach)

    assert frame.empty
    assert list(frame.columns) == ["position", "artist"]


def test_unload_of_no_rows_is_awswranglers_own_error(charts):
    with pytest.raises(wr.exceptions.EmptyDataFrame):
        read("SELECT position FROM entry WHERE position > 9", "unload")


@pytest.mark.parametrize("approach", APPROACHES)
def test_parameters_of_either_style_arrive(charts, approach):
    named = read("SELECT artist FROM entry WHERE position = :place", approach, params={"place": 2}, folder="named")
    marked = read(
        "SELECT artist FROM entry WHERE artist = ?", approach, params=["'Ana'"], paramstyle="qmark", folder="marked"
    )

    assert named["artist"].tolist() == ["Ben"]
    assert marked["artist"].tolist() == ["Ana"]


@pytest.mark.parametrize("approach", APPROACHES)
def test_a_failed_query_raises_its_reason(charts, approach):
    with pytest.raises(wr.exceptions.QueryFailed, match="COLUMN_NOT_FOUND"):
        read("SELECT nope FROM entry", approach)


def test_a_workgroup_that_insists_on_its_folder_gets_the_table_there(charts):
    configuration = {
        "EnforceWorkGroupConfiguration": True,
        "ResultConfiguration": {"OutputLocation": "s3://lake-bucket/own/"},
    }
    charts.athena.create_work_group(Name="analysts", Configuration=configuration)

    frame = read("SELECT max(position) AS last FROM entry", "ctas", workgroup="analysts", keep_files=True)

    kept = charts.s3.list_objects_v2(Bucket="lake-bucket", Prefix="own/tables/")["Contents"]
    assert frame["last"].tolist() == [3]
    assert [each["Key"].endswith("-manifest.csv") for each in kept] == [True, False]


def test_a_table_stays_when_it_is_asked_for(charts):
    wr.athena.create_ctas_table(
        sql="SELECT position, artist FROM entry",
        database="charts",
        ctas_table="kept",
        s3_output="s3://lake-bucket/kept/",
        wait=True,
        athena_query_wait_polling_delay=0.01,
    )

    assert charts.rows("SELECT count(*), max(artist) FROM kept") == [("3", "Ben")]
    assert wr.catalog.get_table_types(database="charts", table="kept") == {"position": "int", "artist": "string"}
    assert charts.reason("CREATE TABLE kept WITH (format = 'PARQUET') AS SELECT 1 AS x").startswith("TABLE_ALREADY")


def test_a_table_is_described(charts):
    described = wr.athena.describe_table(
        "entry", database="charts", s3_output="s3://lake-bucket/athena/", athena_query_wait_polling_delay=0.01
    )

    last = described.iloc[-1]
    assert (last["Column Name"], last["Type"], bool(last["Partition"])) == ("chart_date", "string", True)
