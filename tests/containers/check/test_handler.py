"""The function as the state machine invokes it, and by hand, in the local cloud."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hand_made_lake import BUCKET, DATABASE, WORKGROUP
from lambdas import containers_of
from metrics import published, shown, watched

from chart_check.checks import sql_checks
from chart_check.errors import ChecksFailedError, ConfigError

EVENT = {"run_id": "landed-1", "started_at": "2026-03-22T23:01:00.123Z"}
RESULT = "runs/landed-1.checks.json"
OF_THE_LAKE = [check.name for check in sql_checks() if not check.is_of_a_run]
ALL_CHECKS = ["views", *OF_THE_LAKE, "quarantine", "processed_in_lake"]
CHECKS_OF_A_RUN = ["run_dates", "run_rows", "run_guard"]


@pytest.fixture
def environment(s3, lake, monkeypatch):
    """Everything a function finds around it."""
    for name, value in {
        "DATA_BUCKET": BUCKET,
        "CHARTS": "global,us=37i9dQZEVXbLRQDuF5jeBp",
        "DATABASE": DATABASE,
        "WORKGROUP": WORKGROUP,
        "MAX_CHART_AGE_HOURS": "26",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def cold_start(environment):
    """Load the function as Lambda does in a new container, and return its handler."""
    with containers_of("check") as start:
        yield start


@pytest.fixture
def run(put, summary_of):
    """The summary of a run that rewrote the good lake's dates."""
    put("runs/landed-1.json", summary_of("landed-1"))


def test_a_good_lake_passes_every_check_and_is_stored_and_published_as_its_alarm_waits_for_it(
    cold_start, run, summary_of, stored, capsys
):
    answer = cold_start()(EVENT)

    assert [it["name"] for it in answer["checks"] if it["passed"]] == ALL_CHECKS + CHECKS_OF_A_RUN
    assert (answer["passed"], answer["failed"]) == (22, 0)
    assert (answer["run_id"], answer["started_at"]) == (EVENT["run_id"], EVENT["started_at"])
    assert stored(RESULT) == answer
    assert all(set(it) == {"name", "passed", "rows", "sample", "seconds"} for it in answer["checks"])
    metrics = published(capsys.readouterr().out)
    assert (*watched("NoGoodLoadAlarm", "CheckFunction", "check"), 1) in metrics
    assert {name: value for _namespace, name, _of, value in metrics} == {
        "FailedChecks": 0,
        "GoodLoads": 1,
        "JobSeconds": 1.5,
        "RowsWritten": sum(summary_of()["rows"].values()),
    }
    assert {metric[1] for metric in metrics} == shown("CheckFunction")


def test_a_damaged_lake_raises_naming_checks_and_rows_after_the_result_is_stored_and_logged(
    cold_start, lake, run, stored, capsys
):
    lake.double("chart_entry", {"chart": "us", "position": 3})

    with pytest.raises(ChecksFailedError) as raised:
        cold_start()(EVENT)

    message = str(raised.value).splitlines()
    assert message[0] == (
        f"3 of 22 checks failed: chart_entry_unique, chart_load_counts, run_rows (all of them: s3://{BUCKET}/{RESULT})"
    )
    assert message[1].startswith("- chart_entry_unique: 1 row. A chart has one entry per date and position; if ")
    assert json.loads(message[2]) == {"chart_date": "2026-03-22", "chart": "us", "position": 3, "rows_found": 2}
    failed = {it["name"]: it["sample"] for it in stored(RESULT)["checks"] if not it["passed"]}
    assert failed["chart_entry_unique"] == [json.loads(message[2])]
    assert failed["run_rows"] == [
        {"table_name": "chart_entry", "rows_told": 10, "rows_found": 11, "chart_dates": "2026-03-21,2026-03-22"}
    ]
    output = capsys.readouterr().out
    lines = [json.loads(line) for line in output.splitlines()]
    assert [(it["check"], it["rows"]) for it in lines if it.get("level") == "ERROR"] == [(name, 1) for name in failed]
    assert [it["failed"] for it in lines if it.get("message") == "lake checked"] == [3]
    told = {name: value for _namespace, name, _of, value in published(output)}
    assert (told["FailedChecks"], "GoodLoads" in told) == (3, False)


def test_by_hand_the_lake_passes_as_of_a_moment_and_its_views_answer(cold_start, athena):
    answer = cold_start()({"started_at": EVENT["started_at"]})

    assert (answer["passed"], answer["failed"]) == (19, 0)
    latest = athena.query("SELECT chart, position, song_id FROM chart_latest ORDER BY chart, position", {})
    assert [tuple(row.values()) for row in latest] == [
        ("global", 1, "s1"),
        ("global", 2, "s2"),
        ("global", 3, "s3"),
        ("us", 1, "s2"),
        ("us", 3, "s1"),
    ]


def test_a_view_that_cannot_be_made_fails_and_the_checks_are_made(cold_start, run, cloud, stored):
    glue = cloud.glue
    glue.delete_table(DatabaseName=DATABASE, Name="chart_overlap")
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "chart_overlap", "TableType": "EXTERNAL_TABLE"})

    try:
        with pytest.raises(ChecksFailedError, match="1 of 22 checks failed: views") as raised:
            cold_start()(EVENT)
    finally:
        glue.delete_table(DatabaseName=DATABASE, Name="chart_overlap")

    assert '{"view": "chart_overlap", "problem": "Athena did not run the statement: ALREADY_EXISTS' in str(raised.value)
    assert stored(RESULT)["passed"] == 21


def test_by_hand_no_run_is_compared_and_the_charts_must_be_fresh_now(cold_start, s3, stored):
    with pytest.raises(ChecksFailedError, match=r"1 of 19 checks failed: chart_fresh") as raised:
        cold_start()({})

    [key] = [it["Key"] for it in s3.list_objects_v2(Bucket=BUCKET, Prefix="runs/")["Contents"]]
    assert key.startswith("runs/by-hand-")
    assert f"s3://{BUCKET}/{key}" in str(raised.value)
    assert [it["name"] for it in stored(key)["checks"]] == ALL_CHECKS


def test_what_was_quarantined_what_is_not_in_the_lake_and_what_the_guard_held_back_each_fail_a_check(
    cold_start, put, summary_of
):
    put("raw/processed/chart_date=2026-03-20/us.20260320T230004Z.1f3a9c20.json", {})
    reason = {"source_key": "to_processed/x.json", "problem": "not JSON", "place": "$", "action": "land it again"}
    put("raw/quarantine/chart_date=2026-03-22/x.json.reason.json", reason)
    put("runs/landed-1.json", summary_of("landed-1", guarded=["2026-03-20"]))
    started_at = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()

    with pytest.raises(ChecksFailedError, match=r"(?s)processed_in_lake.*top50 purge --chart CHART") as raised:
        cold_start()(EVENT | {"started_at": started_at})

    assert "- quarantine: 1 row. A file in quarantine is not loaded" in str(raised.value)
    assert all(f'"{name}": "{value}"' in str(raised.value) for name, value in reason.items())
    assert "- processed_in_lake: 1 row. Every chart and date with a file below raw/processed/" in str(raised.value)
    assert "- run_guard: 1 row. The transform's guard holds back no date" in str(raised.value)
    assert '{"chart_date": "2026-03-20"}' in str(raised.value)


def test_a_date_that_a_later_run_has_processed_and_not_yet_crawled_is_left_to_its_own_checks(
    cold_start, run, put, backdate
):
    backdate("runs/landed-1.json", seconds=2)
    put("raw/processed/chart_date=2026-03-23/us.20260323T230004Z.1f3a9c20.json", {})

    answer = cold_start()(EVENT)

    assert answer["failed"] == 0


def test_rows_that_a_later_run_changed_are_left_to_its_own_checks(cold_start, run, lake, put, summary_of):
    lake.remove("chart_entry", {"chart": "us", "position": 3})
    put("runs/landed-2.json", summary_of("landed-2", dates=["2026-03-22"]))

    answer = cold_start()(EVENT)

    assert answer["failed"] == 0


def test_a_run_without_a_summary_fails_and_the_other_checks_are_made(cold_start, stored):
    with pytest.raises(ChecksFailedError, match=r"run_summary could not run: s3://.*/runs/landed-1.json is missing"):
        cold_start()(EVENT)

    assert stored(RESULT)["passed"] == len(ALL_CHECKS)


def test_a_failed_query_fails_its_check_and_no_other(cold_start, run, cloud, stored):
    glue = cloud.glue
    album = glue.get_table(DatabaseName=DATABASE, Name="album")["Table"]
    broken = {name: album[name] for name in ("Name", "PartitionKeys", "TableType", "Parameters")}
    storage = album["StorageDescriptor"]
    columns = [it | {"Type": "int"} if it["Name"] == "album_id" else it for it in storage["Columns"]]
    glue.update_table(DatabaseName=DATABASE, TableInput=broken | {"StorageDescriptor": storage | {"Columns": columns}})

    try:
        with pytest.raises(ChecksFailedError, match=r"album_unique.* could not run: Athena did not answer") as raised:
            cold_start()(EVENT)
    finally:
        glue.update_table(DatabaseName=DATABASE, TableInput=broken | {"StorageDescriptor": storage})

    checks = {it["name"]: it for it in stored(RESULT)["checks"]}
    assert (checks["album_unique"]["passed"], checks["song_unique"]["passed"]) == (False, True)
    assert "song_unique" not in str(raised.value)


def test_a_database_that_is_not_there_fails_every_query_and_says_so(cold_start, run, monkeypatch, stored):
    monkeypatch.setenv("DATABASE", "gone")

    with pytest.raises(ChecksFailedError, match=r"song_unique.* could not run: .*gone"):
        cold_start()(EVENT)

    assert stored(RESULT)["failed"] == 20


def test_a_function_without_settings_does_not_start_and_names_them_all(cold_start, monkeypatch):
    names = ("DATA_BUCKET", "CHARTS", "DATABASE", "WORKGROUP", "MAX_CHART_AGE_HOURS")
    for name in names:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKGROUP", " ")

    with pytest.raises(ConfigError, match=", ".join(names)):
        cold_start()
