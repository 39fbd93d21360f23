"""Dates removed for good: all versions, in an order in which a purge that was killed leaves nothing that lies."""

from contextlib import nullcontext

import pytest
from rich.console import Console

from local_cloud.aws.server import AwsServer
from local_cloud.commands.purge import main, purge
from local_cloud.commands.target import Target
from local_cloud.purge import objects
from local_cloud.purge.catalog import partitions_before, remove_partitions
from local_cloud.purge.objects import PurgeError, remove, versions_before
from local_cloud.queries import Stack

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


def test_all_versions_of_the_dates_go_and_nothing_else(s3):
    before = everything(s3)

    remove(s3, BUCKET, versions_before(s3, BUCKET, BEFORE), nothing)

    assert everything(s3) == [key for key in before if OLD not in key and OLDER not in key and "202512" not in key]
    assert versions_before(s3, BUCKET, BEFORE) == []


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
        remove(DyingS3(s3, requests), BUCKET, versions_before(s3, BUCKET, BEFORE), nothing)
    except KeyboardInterrupt:
        left = shown(s3)
        assert left <= before
        for day in (OLDER, OLD):
            lake = [key for key in left if key.startswith("lake/") and day in key]
            raw = [key for key in left if key.startswith("raw/") and day in key]
            assert len(lake) in (0, len(TABLES))
            # Raw without rows would be a date that the check wants back.
            assert lake or not raw
    remove(s3, BUCKET, versions_before(s3, BUCKET, BEFORE), nothing)

    assert versions_before(s3, BUCKET, BEFORE) == []
    assert shown(s3) == {key for key in before if OLD not in key and OLDER not in key and "202512" not in key}


def test_what_s3_refuses_to_remove_is_named(s3):
    class RefusingS3:
        def delete_objects(self, **_wanted):
            return {"Errors": [{"Key": "raw/x", "Code": "AccessDenied", "Message": "Access Denied"}]}

    with pytest.raises(PurgeError, match=r"raw/x \(Access Denied\): you need s3:DeleteObjectVersion"):
        remove(RefusingS3(), BUCKET, versions_before(s3, BUCKET, BEFORE), nothing)


@pytest.fixture
def stack(aws):
    return Stack({"DataBucket": BUCKET, "Database": "charts", "Pipeline": "arn:pipeline"}, aws.client)


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

    found = partitions_before(stack, BEFORE)
    remove_partitions(stack, found)

    assert found == {"song": [*days, OLD]}
    assert partitions_before(stack, "9999-12-31") == {"song": [NEW]}
    # Somebody else was faster.
    remove_partitions(stack, found)


class Running:
    """Step Functions with these executions under way."""

    def __init__(self, *names):
        self._names = names

    def list_executions(self, **_wanted):
        return {"executions": [{"name": name} for name in self._names]}


@pytest.fixture
def target(stack):
    def target(*running):
        def client(service):
            return Running(*running) if service == "stepfunctions" else stack.client(service)

        def invoke(_output, _event):
            return {"checks": []}

        stack.client("glue").create_database(DatabaseInput={"Name": "charts"})
        return Target(
            Stack(stack.outputs, client), wait=list, deliver=nullcontext, invoke=invoke, fill_catalog=list, on_aws=True
        )

    return target


@pytest.mark.parametrize(
    ("running", "waits", "yes", "told"),
    [
        (["landed-1"], None, True, "execution landed-1 is running"),
        (
            [],
            f"raw/to_processed/chart_date={OLD}/late.json",
            True,
            r"files of these dates wait for the pipeline \(1\)",
        ),
        ([], f"raw/chart_csv/to_processed/regional-us-daily-{OLD}.csv", True, "files of these dates wait"),
        ([], None, False, "nobody can be asked here, so say YES=1"),
    ],
)
def test_it_refuses_and_removes_nothing(s3, target, monkeypatch, running, waits, yes, told):
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    if waits:
        put(s3, waits)
    before = everything(s3)

    with pytest.raises(PurgeError, match=told):
        purge(Console(), target(*running), BEFORE, yes=yes)

    assert everything(s3) == before


@pytest.mark.parametrize(("answer", "goes"), [("yes", True), (BEFORE, True), ("y", False), ("", False)])
def test_a_person_is_asked(s3, target, monkeypatch, answer, goes):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    if goes:
        purge(Console(), target(), BEFORE, yes=False)
    else:
        with pytest.raises(PurgeError, match="nothing was removed"):
            purge(Console(), target(), BEFORE, yes=False)

    assert bool(versions_before(s3, BUCKET, BEFORE)) is not goes


def test_what_comes_while_a_person_is_asked_is_not_removed_unseen(s3, target, monkeypatch):
    def answer(_question):
        put(s3, f"lake/song/chart_date={OLD}/part-0.parquet")
        return "yes"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", answer)
    before = everything(s3)

    with pytest.raises(PurgeError, match="nothing was removed: these dates have changed meanwhile"):
        purge(Console(), target(), BEFORE, yes=False)

    assert len(everything(s3)) == len(before) + 1


@pytest.mark.parametrize("before", ["", "yesterday", "20260101"])
def test_what_is_no_date_ends_it_before_anything_is_opened(before):
    with pytest.raises(SystemExit, match="is no date: write the first date that stays"):
        main(["--before", before])
