"""Dates removed for good: all versions, in an order in which a purge that was killed leaves nothing that lies."""

import json
import os
import re
from datetime import UTC, datetime

import pytest
from glue_jobs.raw_files import as_bytes, envelope

from chart_transform.bundles import pack, unpack
from local_cloud.aws.server import AwsServer
from top50.athena import Answer
from top50.errors import FailedError
from top50.lakes import Lake
from top50.purge import objects
from top50.purge.catalog import partitions, remove_partitions
from top50.purge.objects import LAKE, RAW, STAGING, dates_in, remove, versions
from top50.purge.plan import Selection, make_plan
from top50.stack import Stack

BUCKET = "data"
BEFORE = "2026-01-01"
OLD, OLDER, NEW = "2025-12-31", "2025-12-30", "2026-01-01"
TABLES = ("chart_entry", "song", "chart_load")


@pytest.fixture
def aws():
    with AwsServer() as aws:
        aws.post("/moto-api/reset")
        yield aws


@pytest.fixture
def s3(aws):
    """A versioned bucket with two dates to go and one to stay, each loaded twice."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    for day in (OLDER, OLD, NEW):
        moment = f"{day.replace('-', '')}T230004Z"
        # Landed, and moved away by the job: a version below a marker.
        land(s3, f"raw/to_processed/chart_date={day}/global.{moment}.json")
        land(s3, f"raw/to_processed/dump {day}.json")
        put(s3, f"raw/processed/chart_date={day}/global.{moment}.01234567.json")
        put(s3, f"raw/quarantine/chart_date={day}/broken.json")
        put(s3, f"raw/quarantine/chart_csv/regional-global-daily-{day}.csv.reason.json")
        put(s3, f"raw/chart_csv/processed/regional-global-daily-{day}.csv")
        for _load in range(2):
            for table in TABLES:
                put(s3, f"lake/{table}/chart_date={day}/part-0.parquet")
    put(s3, "runs/one.json")
    put(s3, "raw/notes.txt")
    return s3


def put(s3, key):
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"content")


def land(s3, key):
    put(s3, key)
    s3.delete_object(Bucket=BUCKET, Key=key)


def shown(s3):
    return {item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}


def everything(s3):
    """Every version and marker, as often as there are of its key."""
    page = s3.list_object_versions(Bucket=BUCKET)
    return sorted(item["Key"] for kind in ("Versions", "DeleteMarkers") for item in page.get(kind, []))


def nothing(_count):
    pass


def is_old(chart_date):
    return chart_date < BEFORE


def old_versions(s3):
    return [version for prefix in (RAW, LAKE, STAGING) for version in versions(s3, BUCKET, prefix, is_old)]


class DyingS3:
    """An S3 of a process that is killed at a request."""

    def __init__(self, s3, requests):
        self._s3, self._requests = s3, requests

    def delete_objects(self, **wanted):
        if self._requests == 0:
            raise KeyboardInterrupt
        self._requests -= 1
        return self._s3.delete_objects(**wanted)


@pytest.mark.parametrize("requests", range(9))
def test_killed_anywhere_it_has_uncovered_nothing_and_cut_no_date_and_the_next_one_ends_it(s3, monkeypatch, requests):
    # A date a request, so that there is an anywhere.
    monkeypatch.setattr(objects, "OBJECTS_A_REQUEST", 5)
    before = shown(s3)

    try:
        remove(DyingS3(s3, requests), BUCKET, old_versions(s3), nothing)
    except KeyboardInterrupt:
        left = shown(s3)
        assert left <= before
        for day in (OLDER, OLD):
            lake = [key for key in left if key.startswith("lake/") and day in key]
            raw = [key for key in left if key.startswith("raw/") and day in key]
            assert len(lake) in (0, len(TABLES))
            # Raw without rows would be a date that the check wants back.
            assert lake or not raw
    remove(s3, BUCKET, old_versions(s3), nothing)

    assert old_versions(s3) == []
    assert shown(s3) == {key for key in before if OLD not in key and OLDER not in key and "202512" not in key}


def test_what_s3_refuses_to_remove_is_named(s3):
    class RefusingS3:
        def delete_objects(self, **_wanted):
            return {"Errors": [{"Key": "raw/x", "Code": "AccessDenied", "Message": "Access Denied"}]}

    with pytest.raises(FailedError, match=r"raw/x \(Access Denied\)\. You need the right s3:DeleteObjectVersion"):
        remove(RefusingS3(), BUCKET, old_versions(s3), nothing)


@pytest.fixture
def stack(aws):
    outputs = {"DataBucket": BUCKET, "Database": "charts", "Pipeline": "arn:pipeline", "CheckFunction": "check"}
    return Stack("charts", "stack charts", outputs, aws.client)


def make_table(stack, name, dates, keys=("chart_date",)):
    glue = stack.client("glue")
    columns = [{"Name": key, "Type": "string"} for key in keys]
    glue.create_table(DatabaseName="charts", TableInput={"Name": name, "PartitionKeys": columns})
    for day in dates:
        glue.create_partition(DatabaseName="charts", TableName=name, PartitionInput={"Values": [day]})


def test_the_partitions_of_the_dates_go_from_every_table_that_has_some(stack):
    stack.client("glue").create_database(DatabaseInput={"Name": "charts"})
    days = [f"2025-11-{day:02}" for day in range(1, 31)]
    make_table(stack, "song", [*days, OLD, NEW])
    make_table(stack, "projected", [])
    make_table(stack, "a_view", [], keys=())

    found = partitions(stack, is_old)
    remove_partitions(stack, found)

    assert found == {"song": [*days, OLD]}
    assert partitions(stack, lambda _day: True) == {"song": [NEW]}
    # Somebody else was faster.
    remove_partitions(stack, found)


class Running:
    """Step Functions with these executions under way."""

    def __init__(self, *names):
        self._names = names

    def list_executions(self, **_wanted):
        started = datetime(2026, 1, 1, tzinfo=UTC)
        running = [{"executionArn": f"arn:{it}", "status": "RUNNING", "startDate": started} for it in self._names]
        return {"executions": running}


@pytest.fixture
def purge(stack, top50, monkeypatch):
    """The command on a stack in which these executions are under way; the person answers, or cannot be asked."""
    stack.client("glue").create_database(DatabaseInput={"Name": "charts"})

    def purge(*arguments, running=(), answer=None):
        def client(service, **_settings):
            return Running(*running) if service == "stepfunctions" else stack.client(service)

        found = Stack("charts", "stack charts", stack.outputs, client)
        monkeypatch.setattr(Stack, "find", lambda _name: found)
        monkeypatch.setattr(Stack, "invoke", lambda _stack, _output, _event: {"checks": []})
        monkeypatch.setattr("top50.show.can_ask", lambda: answer is not None)
        return top50("purge", "--stack", "charts", *arguments, input=answer)

    return purge


@pytest.mark.parametrize(
    ("running", "waits", "arguments", "told"),
    [
        (["landed-1"], None, ["--yes"], "execution landed-1 is running"),
        ([], f"raw/to_processed/chart_date={OLD}/late.json", ["--yes"], "some of these files wait for the pipeline"),
        ([], f"raw/chart_csv/to_processed/regional-us-daily-{OLD}.csv", ["--yes"], "some of these files wait"),
        ([], None, [], "nobody can be asked here. To agree: --yes"),
    ],
)
def test_it_refuses_and_removes_nothing(s3, purge, running, waits, arguments, told):
    if waits:
        put(s3, waits)
    before = everything(s3)

    finished = purge("--before", BEFORE, *arguments, running=running)

    assert finished.exit_code == 1
    assert told in finished.stderr
    assert everything(s3) == before


@pytest.mark.parametrize(("answer", "goes"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_a_person_is_shown_what_would_go_and_asked(s3, purge, answer, goes):
    finished = purge("--before", BEFORE, answer=answer)

    assert "dates    2, 2025-12-30 to 2025-12-31\ncharts   global, global-daily\n" in finished.stdout
    assert (finished.exit_code == 0) is goes
    assert bool(old_versions(s3)) is not goes


def test_what_comes_while_a_person_is_asked_is_not_removed_unseen(s3, purge, monkeypatch):
    def confirm(_question):
        put(s3, f"lake/song/chart_date={OLD}/part-0.parquet")
        return True

    monkeypatch.setattr("click.confirm", confirm)
    before = everything(s3)

    finished = purge("--before", BEFORE, answer="")

    assert "nothing was removed: these dates have changed meanwhile" in finished.stderr
    assert len(everything(s3)) == len(before) + 1


def test_one_date_goes_and_no_other(s3, purge):
    before = everything(s3)

    assert purge("--date", OLD, "--yes").exit_code == 0

    assert everything(s3) == [key for key in before if OLD not in key and OLD.replace("-", "") not in key]


@pytest.fixture
def loaded(monkeypatch):
    """What the tables have, as Athena would say: dates of a chart."""
    dates = {}

    def ask(_stack, _sql, chart=None):
        return Answer([], [], [[it] for it in (dates.get(chart, []) if chart else sorted(dates))])

    monkeypatch.setattr("top50.purge.plan.ask", ask)
    return dates


def test_of_one_chart_its_raw_files_go_and_dates_that_keep_others_are_rebuilt(s3, stack, loaded):
    stack.client("glue").create_database(DatabaseInput={"Name": "charts"})
    make_table(stack, "song", [OLDER, OLD, NEW])
    put(s3, f"raw/processed/chart_date={OLD}/us.20251231T230004Z.89abcdef.json")
    put(s3, f"raw/chart_csv/processed/regional-us-daily-{OLD}.csv")
    loaded["global"] = [OLDER, OLD, NEW]

    plan = make_plan(stack, Selection(chart="global"))

    assert plan.rebuilt == [OLD]
    assert {version.chart for version in plan.versions if version.key.startswith(RAW)} == {"global"}
    assert {it.chart_date for it in plan.versions if it.key.startswith(LAKE)} == {OLDER, NEW}
    assert plan.partitions == {"song": [OLDER, NEW]}


def test_a_chart_is_taken_out_of_the_bundles_that_hold_it_and_those_without_it_stay(s3, purge, loaded, monkeypatch):
    rebuilt = []
    monkeypatch.setattr("top50.commands.purge._rebuild", lambda _out, _target, plan: rebuilt.extend(plan.rebuilt))

    def bundle(day, *charts):
        lines = [as_bytes(envelope(chart=chart, chart_date=day)) for chart in charts]
        key = f"raw/processed/chart_date={day}/bundle.{day.replace('-', '')}T000000Z.{len(charts)}1234567.jsonl.gz"
        s3.put_object(Bucket=BUCKET, Key=key, Body=pack(lines))
        return key

    both, alone, others = bundle(OLD, "us", "de"), bundle(OLDER, "us"), bundle(NEW, "de", "fr", "jp")
    loaded["us"] = [OLDER, OLD]

    finished = purge("--chart", "us", "--yes")

    assert "bundles  1 bundle written anew, without the chart" in finished.output, finished.output
    assert "rebuild  2 dates without the rows of us; the other charts stay" in finished.output
    assert not re.search(r"^(lake|catalog) ", finished.output, re.MULTILINE)
    kept = [key for key in shown(s3) if key.endswith(".jsonl.gz")]
    assert others in kept and both not in everything(s3) and alone not in everything(s3)
    (new,) = set(kept) - {others}
    assert re.fullmatch(rf"raw/processed/chart_date={OLD}/bundle\.20261122T230004Z\.[0-9a-f]{{8}}\.jsonl\.gz", new)
    lines = unpack(s3.get_object(Bucket=BUCKET, Key=new)["Body"].read())
    assert [json.loads(line)["chart"] for line in lines if line] == ["de"]
    assert rebuilt == [OLDER, OLD]


def test_the_dates_of_a_local_lake_are_those_of_names_catalog_and_where_both_are_silent_of_the_files_age(tmp_path):
    lake = Lake(tmp_path, {})
    for key in (f"lake/song/chart_date={OLD}/part-0.parquet", "raw/chart_csv/quarantine/x.csv", "runs/1.json"):
        (lake.bucket / key).parent.mkdir(parents=True)
        (lake.bucket / key).touch()
        os.utime(lake.bucket / key, (0, 0))
    (tmp_path / "catalog.json").write_text(json.dumps({"partitions": {"song": [[[NEW], {}]]}}))

    assert dates_in(lake) == {OLD, NEW, "1970-01-01"}


def test_a_chart_whose_raw_files_went_before_the_purge_was_killed_is_still_found(s3, stack, loaded):
    stack.client("glue").create_database(DatabaseInput={"Name": "charts"})
    put(s3, f"raw/processed/chart_date={OLD}/us.20251231T230004Z.89abcdef.json")
    loaded["gone"] = [OLD]

    plan = make_plan(stack, Selection(chart="gone"))

    assert (plan.versions, plan.rebuilt, plan.is_empty) == ([], [OLD], False)


@pytest.mark.parametrize(
    ("chart", "code", "told"),
    [
        ("us", 0, f"Nothing to remove: the lake has no us of {NEW}."),
        ("globl", 1, "there is no chart globl. Did you mean global? The charts are: global, us"),
        ("nope", 1, "there is no chart nope. The charts are: global, us"),
    ],
)
def test_a_chart_that_is_not_there_is_told_from_one_without_the_date(s3, purge, loaded, chart, code, told):
    loaded.update({"global": [NEW], "us": [OLD]})

    finished = purge("--chart", chart, "--date", NEW, "--yes")

    assert finished.exit_code == code
    assert told in finished.output
