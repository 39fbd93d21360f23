"""Athena by boto3: tables from S3 with the catalogue's types, what is scanned, results, views and refusals."""

import datetime
import os
import re
import threading

import pyarrow as pa
import pytest
from botocore.exceptions import ClientError

from local_cloud.aws.athena import Athena, MotoStore

NO_OUTPUT = {"ResultConfiguration": {}}


@pytest.fixture
def charts(lake):
    """Two dates of one chart; 22 November is Ben's. ``sizes`` are the bytes of the two files."""
    days = {"2026-11-21": ["Ana", None], "2026-11-22": ["Ben", "Ana"]}
    lake.sizes = {
        day: lake.put(
            f"entry/chart_date={day}",
            {
                "position": pa.array([1, 2], pa.int32()),
                "artist": artists,
                "fetched_at": pa.array([datetime.datetime(2026, 11, 22, 23, 0, 4, 567890, datetime.UTC)] * 2),
            },
        )
        for day, artists in days.items()
    }
    lake.crawl("entry")
    return lake


def test_rows_come_as_text_under_a_header_and_as_a_csv_file(charts):
    query = charts.run("SELECT * FROM entry WHERE chart_date = '2026-11-21' ORDER BY position")

    page = charts.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]
    assert [[value.get("VarCharValue") for value in row["Data"]] for row in page["Rows"]] == [
        ["position", "artist", "fetched_at", "chart_date"],
        ["1", "Ana", "2026-11-22 23:00:04.567", "2026-11-21"],
        ["2", None, "2026-11-22 23:00:04.567", "2026-11-21"],
    ]
    types = [column["Type"] for column in page["ResultSetMetadata"]["ColumnInfo"]]
    assert types == ["integer", "varchar", "timestamp", "varchar"]
    location = query["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://lake-bucket/athena/{query['QueryExecutionId']}.csv"
    stored = charts.s3.get_object(Bucket="lake-bucket", Key=f"athena/{query['QueryExecutionId']}.csv")["Body"].read()
    assert stored.decode() == (
        '"position","artist","fetched_at","chart_date"\n'
        '"1","Ana","2026-11-22 23:00:04.567","2026-11-21"\n'
        '"2",,"2026-11-22 23:00:04.567","2026-11-21"\n'
    )


@pytest.mark.parametrize(
    ("expression", "text", "kind"),
    [
        ("true", "true", "boolean"),
        ("1e7", "1.0E7", "double"),
        ("1e-4", "1.0E-4", "double"),
        ("0.1e0 + 0.2e0", "0.30000000000000004", "double"),
        ("1.50", "1.50", "decimal"),
        ("DATE '2026-11-22'", "2026-11-22", "date"),
        ("from_unixtime(0.5e0)", "1970-01-01 00:00:00.500 UTC", "timestamp with time zone"),
        ("ARRAY['a', NULL]", "[a, null]", "array"),
        ("sum(1)", "1", "bigint"),
        ("'say \"hi\"'", 'say "hi"', "varchar"),
        ("NULL", None, "unknown"),
    ],
)
def test_values_are_written_as_athena_writes_them(lake, expression, text, kind):
    query = lake.run(f"SELECT {expression}")

    page = lake.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]
    assert page["Rows"][1]["Data"] == [{"VarCharValue": text} if text is not None else {}]
    assert page["ResultSetMetadata"]["ColumnInfo"][0]["Type"] == kind
    assert page["ResultSetMetadata"]["ColumnInfo"][0]["Name"] == "_col0"


def test_long_results_come_in_pages(lake):
    query = lake.run("SELECT n FROM UNNEST(sequence(1, 5)) AS t (n) ORDER BY n")["QueryExecutionId"]

    first = lake.athena.get_query_results(QueryExecutionId=query, MaxResults=4)
    second = lake.athena.get_query_results(QueryExecutionId=query, MaxResults=4, NextToken=first["NextToken"])

    # The header is a row of the first page.
    assert [len(page["ResultSet"]["Rows"]) for page in (first, second)] == [4, 2]
    assert second["ResultSet"]["Rows"][-1]["Data"] == [{"VarCharValue": "5"}]
    assert "NextToken" not in second


@pytest.mark.parametrize(
    ("where", "days"),
    [
        ("chart_date = '2026-11-22'", ["2026-11-22"]),
        ("chart_date IN ('2026-11-21', '2026-12-24')", ["2026-11-21"]),
        ("chart_date < '2026-11-22'", ["2026-11-21"]),
        ("chart_date BETWEEN '2026-11-22' AND '2026-11-30'", ["2026-11-22"]),
        ("chart_date >= '2026-12-01'", []),
        ("artist = 'Ana'", ["2026-11-21", "2026-11-22"]),
    ],
)
def test_only_the_partitions_that_a_filter_leaves_are_read(charts, where, days):
    query = charts.run(f"SELECT count(*) FROM entry WHERE {where}")

    assert query["Statistics"]["DataScannedInBytes"] == sum(charts.sizes[day] for day in days)
    files = charts.service.files_read(query["QueryExecutionId"])
    assert [file.key for file in files] == [f"lake/entry/chart_date={day}/part-0.parquet" for day in days]


def test_a_filter_reaches_both_sides_of_a_join_and_through_a_view(charts):
    charts.run(
        "CREATE VIEW ranked AS SELECT *, rank() OVER (PARTITION BY chart_date ORDER BY position) AS r FROM entry"
    )

    query = charts.run(
        "SELECT a.r FROM ranked a JOIN entry b ON a.chart_date = b.chart_date WHERE a.chart_date = '2026-11-22'"
    )

    assert query["Statistics"]["DataScannedInBytes"] == 2 * charts.sizes["2026-11-22"]


def test_a_partition_that_the_catalogue_does_not_know_is_not_read(charts):
    charts.put("entry/chart_date=2026-11-23", {"position": pa.array([1], pa.int32())})

    assert charts.rows("SELECT count(*), max(chart_date) FROM entry") == [("4", "2026-11-22")]


def test_a_rewritten_file_is_read_anew(charts):
    before = charts.rows("SELECT max(artist) FROM entry")
    charts.put("entry/chart_date=2026-11-22", {"position": pa.array([1], pa.int32()), "artist": ["Zoe"]})

    after = charts.rows("SELECT max(artist) FROM entry")

    assert (before, after) == ([("Ben",)], [("Zoe",)])


def test_a_column_that_an_older_file_lacks_is_null_there(charts):
    charts.put("entry/chart_date=2026-11-23", {"position": pa.array([1], pa.int32()), "streams": [7]})
    inherit = '{"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}}'
    charts.crawl("entry", Configuration=inherit)

    found = charts.rows("SELECT chart_date, sum(streams) FROM entry GROUP BY 1 ORDER BY 1")

    assert found == [("2026-11-21", None), ("2026-11-22", None), ("2026-11-23", "7")]


def test_a_type_that_is_not_the_catalogues_fails(charts):
    charts.put("entry/chart_date=2026-11-22", {"position": ["one"], "artist": ["Ben"]})

    assert charts.reason("SELECT max(position) FROM entry") == (
        "HIVE_BAD_DATA: Field position's type STRING in parquet file "
        "s3://lake-bucket/lake/entry/chart_date=2026-11-22/part-0.parquet is incompatible with type integer defined in "
        "table schema"
    )
    assert charts.rows("SELECT max(artist) FROM entry") == [("Ben",)]


def test_partitions_whose_types_are_not_the_tables_fail(charts):
    charts.put("entry/chart_date=2026-11-23", {"position": pa.array([1], pa.int64())})
    charts.crawl("entry")
    charts.put("entry/chart_date=2026-11-22", {"position": pa.array([1], pa.int32())})

    assert charts.reason("SELECT max(position) FROM entry").startswith("HIVE_PARTITION_SCHEMA_MISMATCH")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda content: b"oops", "HIVE_BAD_DATA: Not valid Parquet file: {} expected magic .*not a Parquet file"),
        (lambda content: content[:-30], "HIVE_BAD_DATA: Not valid Parquet file: {} expected magic .*it is truncated"),
        (lambda content: b"PAR1" + bytes(100) + content[104:], "HIVE_CURSOR_ERROR: Failed to read Parquet file: {} "),
    ],
)
def test_a_damaged_file_ends_only_queries_that_read_it_and_is_named(charts, damage, reason):
    key = "lake/entry/chart_date=2026-11-22/part-0.parquet"
    content = charts.s3.get_object(Bucket="lake-bucket", Key=key)["Body"].read()
    charts.s3.put_object(Bucket="lake-bucket", Key=key, Body=damage(content))

    assert re.match(reason.format(f"s3://lake-bucket/{key}"), charts.reason("SELECT max(artist) FROM entry"))
    assert charts.rows("SELECT count(*) FROM entry WHERE chart_date = '2026-11-21'") == [("2",)]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT nope FROM entry", "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved"),
        ("SELECT entry.nope FROM entry", "COLUMN_NOT_FOUND: line 1:8: Column 'entry.nope' cannot be resolved"),
        ("SELECT 1 FROM nope", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.charts.nope' does not exist"),
        ("SELECT 1 FROM nope.entry", "SCHEMA_NOT_FOUND: line 1:15: Schema 'nope' does not exist"),
        (
            "SELECT 1 FROM entry WHERE chart_date > current_date",
            "TYPE_MISMATCH: line 1:38: Cannot apply operator: varchar > date",
        ),
        ("CREATE VIEW v AS\nSELECT nope FROM entry", "COLUMN_NOT_FOUND: line 2:8: Column 'nope' cannot be resolved"),
        ("/* why */ SELECT nope FROM entry", "COLUMN_NOT_FOUND: line 1:18: Column 'nope' cannot be resolved"),
    ],
)
def test_a_query_that_cannot_run_says_why(charts, sql, reason):
    assert charts.reason(sql).startswith(reason)


@pytest.mark.parametrize(
    ("sql", "request_", "problem"),
    [
        ("SELEC 1", {}, "mismatched input 'SELEC'"),
        ("DESCRIBE;", {}, "mismatched input '<EOF>'"),
        ("SHOW COLUMNS entry", {}, "mismatched input 'entry'"),
        ("-- One; if not, two.\nSELECT 1", {}, "Only one sql statement is allowed"),
        ("SELECT 1", NO_OUTPUT, "No output location provided"),
        ("SELECT 1", {"ResultConfiguration": {"OutputLocation": "s3://nowhere/"}}, "output bucket nowhere"),
        ("SELECT 1", {"WorkGroup": "nobody"}, "WorkGroup nobody is not found"),
    ],
)
def test_what_is_no_query_is_refused_when_it_is_sent(lake, sql, request_, problem):
    with pytest.raises(ClientError, match=problem) as refused:
        lake.start(sql, **request_)

    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"


def test_names_are_found_in_any_case_with_database_and_catalogue(charts):
    sql = 'SELECT E.Position FROM "AwsDataCatalog".Charts."entry" AS e WHERE ARTIST = \'Ben\''

    assert charts.rows(sql, QueryExecutionContext={}) == [("1",)]


def test_a_workgroup_that_insists_says_where_results_go_and_how_much_may_be_read(charts):
    configuration = {
        "EnforceWorkGroupConfiguration": True,
        "ResultConfiguration": {"OutputLocation": "s3://lake-bucket/own"},
        # Athena takes no lower limit.
        "BytesScannedCutoffPerQuery": 10_000_000,
    }
    charts.athena.create_work_group(Name="analysts", Configuration=configuration)
    charts.put(
        "entry/chart_date=2026-11-21", {"position": pa.array([1], pa.int32()), "noise": [os.urandom(10_000_000)]}
    )

    within = charts.run("SELECT count(*) FROM entry WHERE chart_date = '2026-11-22'", WorkGroup="analysts")

    assert within["ResultConfiguration"]["OutputLocation"].startswith("s3://lake-bucket/own/")
    assert within["WorkGroup"] == "analysts"
    assert charts.reason("SELECT count(*) FROM entry", WorkGroup="analysts") == "Bytes scanned limit was exceeded"


def test_views_are_kept_in_the_catalogue_and_stand_on_each_other(charts):
    charts.run(
        "-- Rows without an artist.\nCREATE OR REPLACE VIEW unknown AS SELECT * FROM entry WHERE artist IS NULL;"
    )
    charts.run("CREATE VIEW counted AS SELECT chart_date, count(*) AS n FROM unknown GROUP BY chart_date")

    found = charts.rows("SELECT * FROM counted", QueryExecutionContext={"Database": "charts"})
    elsewhere = charts.rows("SELECT u.position FROM charts.unknown u", QueryExecutionContext={"Database": "default"})

    assert found == [("2026-11-21", "1")]
    assert elsewhere == [("2",)]
    entry = charts.glue.get_table(DatabaseName="charts", Name="counted")["Table"]
    assert entry["TableType"] == "VIRTUAL_VIEW"
    assert entry["ViewOriginalText"].startswith("/* Presto View: ")
    assert entry["StorageDescriptor"]["Columns"] == [
        {"Name": "chart_date", "Type": "string"},
        {"Name": "n", "Type": "bigint"},
    ]


def test_a_view_is_replaced_only_on_demand_and_dropped(charts):
    charts.run("CREATE VIEW v AS SELECT 1 AS x")

    assert charts.reason("CREATE VIEW v AS SELECT 2 AS x").startswith("ALREADY_EXISTS")
    charts.run("CREATE OR REPLACE VIEW v AS SELECT 3 AS x")
    assert charts.rows("SELECT x FROM v") == [("3",)]
    charts.run("DROP VIEW v")
    assert charts.reason("SELECT x FROM v").startswith("TABLE_NOT_FOUND")
    assert charts.reason("DROP VIEW v").startswith("TABLE_NOT_FOUND")
    assert charts.run("DROP VIEW IF EXISTS v")["Status"]["State"] == "SUCCEEDED"


def test_a_view_that_no_longer_fits_its_tables_says_so(charts):
    charts.run("CREATE VIEW v AS SELECT position FROM entry")
    charts.run("DROP TABLE entry")

    assert charts.reason("SELECT 1 FROM v") == (
        "INVALID_VIEW: line 1:15: Failed analyzing stored view 'awsdatacatalog.charts.v': "
        "line 1:22: Table 'awsdatacatalog.charts.entry' does not exist"
    )


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("SELECT count(*) FROM entry", "MISSING_COLUMN_NAME"),
        ("SELECT position, position FROM entry", "DUPLICATE_COLUMN_NAME"),
        ("SELECT NULL AS x", "COLUMN_TYPE_UNKNOWN"),
        ("SELECT nope FROM entry", "COLUMN_NOT_FOUND"),
    ],
)
def test_a_view_that_cannot_be_is_not_made(charts, query, reason):
    assert charts.reason(f"CREATE VIEW v AS {query}").startswith(reason)


def test_the_catalogue_is_shown(charts):
    charts.run("CREATE VIEW v AS SELECT 1 AS x")

    def shown(sql):
        query = charts.run(sql)
        assert query["StatementType"] == "UTILITY"
        rows = charts.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]["Rows"]
        return [row["Data"][0].get("VarCharValue", "").strip() for row in rows]

    assert shown("SHOW TABLES") == ["entry", "v"]
    assert shown("SHOW TABLES IN charts 'e*'") == ["entry"]
    assert shown("SHOW VIEWS") == ["v"]
    assert shown("SHOW DATABASES") == ["charts"]
    assert shown("SHOW PARTITIONS entry") == ["chart_date=2026-11-21", "chart_date=2026-11-22"]
    assert shown("SHOW COLUMNS IN entry IN charts") == ["position", "artist", "fetched_at", "chart_date"]
    assert shown("SHOW CREATE VIEW v") == ["CREATE VIEW charts.v AS", "SELECT 1 AS x"]
    assert shown("SHOW CREATE TABLE entry")[:6] == [
        "CREATE EXTERNAL TABLE `entry`(",
        "`position` int,",
        "`artist` string,",
        "`fetched_at` timestamp)",
        "PARTITIONED BY (",
        "`chart_date` string)",
    ]
    assert shown("DESCRIBE entry")[:4] == ["position", "artist", "fetched_at", "chart_date"]


def test_a_query_tells_its_kind_times_and_place_among_others(lake):
    first = lake.run("SELECT 1")
    second = lake.run("CREATE VIEW v AS SELECT 1 AS x")

    listed = lake.athena.list_query_executions(MaxResults=2)["QueryExecutionIds"]

    assert (first["StatementType"], second["StatementType"]) == ("DML", "DDL")
    assert listed == [second["QueryExecutionId"], first["QueryExecutionId"]]
    assert first["Statistics"]["TotalExecutionTimeInMillis"] >= first["Statistics"]["EngineExecutionTimeInMillis"]
    assert first["Status"]["SubmissionDateTime"] <= first["Status"]["CompletionDateTime"]


def test_results_of_a_failed_or_unknown_query_cannot_be_had(lake):
    failed = lake.run("SELECT 1 / 0")

    with pytest.raises(ClientError, match="Final query state: FAILED"):
        lake.athena.get_query_results(QueryExecutionId=failed["QueryExecutionId"])
    with pytest.raises(ClientError, match="QueryExecution nobody was not found"):
        lake.athena.get_query_execution(QueryExecutionId="nobody")


def test_a_stopped_query_stays_cancelled_and_a_finished_one_finished(lake):
    done = lake.run("SELECT 1")["QueryExecutionId"]
    running = lake.start("SELECT count(*) FROM UNNEST(sequence(1, 3000000)) AS t (n)")

    lake.athena.stop_query_execution(QueryExecutionId=running)
    lake.athena.stop_query_execution(QueryExecutionId=done)

    assert [state_of(lake, query) for query in (running, done)] == ["CANCELLED", "SUCCEEDED"]


def state_of(lake, query):
    return lake.athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]["State"]


def test_closing_cancels_what_runs_waits_for_it_and_takes_nothing_more(aws, lake, caplog):
    service = Athena(MotoStore(aws))
    aws.operations.update(service.operations())
    slow = [lake.start("SELECT count(*) FROM UNNEST(sequence(1, 3000000)) AS t (n)") for _each in range(3)]

    service.close()

    assert [each.name for each in threading.enumerate() if each.name.removeprefix("athena-") in slow] == []
    assert [state_of(lake, query) for query in slow] == ["CANCELLED"] * 3
    assert lake.reason("SELECT 1") == "The local Athena ends"
    assert caplog.records == []


def test_one_token_is_one_query(lake):
    token = "a-token-of-at-least-32-characters"

    assert lake.start("SELECT 1", ClientRequestToken=token) == lake.start("SELECT 1", ClientRequestToken=token)
