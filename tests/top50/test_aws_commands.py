"""The commands for a deployed stack, as a user calls them, against the local cloud in place of AWS."""

import json
import os
import re
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chart_stack.__main__ import main
from local_cloud.aws.server import client_environment
from local_cloud.cloud import LocalCloud
from local_cloud.pipeline import wait_until_done
from local_cloud.spotify import SpotifyStandIn

ROOT = Path(__file__).parents[2]
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture(scope="module")
def spotify():
    with SpotifyStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def cloud(spotify, tmp_path_factory):
    """A stack in which one run has gone well: extracted by ``make invoke``, whose output it keeps."""
    parameters = {
        "Charts": "global,us",
        "SpotifyApiUrl": spotify.api_url,
        "SpotifyAccountsUrl": spotify.accounts_url,
        "BatchWindowSeconds": "1",
    }
    with LocalCloud(tmp_path_factory.mktemp("stack"), parameters, save=False) as cloud, cloud.fill_log_groups():
        cloud.set_spotify_secret({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
        cloud.invoked = make(cloud, "invoke")
        process(cloud)
        yield cloud


def process(cloud):
    with cloud.poll_queues():
        return wait_until_done(cloud, lambda _stage: None)


def make(cloud, *arguments, without=()):
    """Run a target with nothing in the environment but what ``make cloud`` prints, and not all of that."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {**kept, **client_environment(cloud.aws.url), "COLUMNS": "200"}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={name: value for name, value in settings.items() if name not in without},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def dead_letter(cloud, body):
    cloud.aws.client("sqs").send_message(QueueUrl=cloud.outputs["LandedDeadLetterQueue"], MessageBody=body)


def waiting(cloud, output):
    names = ["ApproximateNumberOfMessages"]
    found = cloud.aws.client("sqs").get_queue_attributes(QueueUrl=cloud.outputs[output], AttributeNames=names)
    return int(found["Attributes"][names[0]])


def test_a_region_by_the_name_that_boto3_does_not_read_is_enough(cloud):
    finished = make(cloud, "status", "LAST=1", without=("AWS_DEFAULT_REGION",))

    assert finished.returncode == 0, finished.stderr


def test_invoke_says_what_has_landed(cloud):
    assert cloud.invoked.returncode == 0, cloud.invoked.stderr
    assert re.findall(r"^landed +(\w+) +raw/to_processed/\S+  50 entries$", cloud.invoked.stdout, re.MULTILINE) == [
        "global",
        "us",
    ]


def test_invoke_ends_with_the_wall_that_it_met(cloud, spotify):
    spotify.fail("not_found", chart="us")
    finished = make(cloud, "invoke", 'EVENT={"charts": ["us"]}')
    spotify.heal()

    assert finished.returncode != 0
    assert "ChartsFailedError" in finished.stderr
    assert "(404)" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_status_shows_what_each_run_did(cloud):
    finished = make(cloud, "status")

    assert finished.returncode == 0, finished.stderr
    [run] = re.findall(r"^.*landed-\w+ *$", finished.stdout, re.MULTILINE)
    assert re.search(r"SUCCEEDED +\d+ s +2 +0 +1 +100 +\d+ passed, 0 failed", run)
    assert "events of landed files that wait: 0\ndead letters: 0\n" in finished.stdout


def test_logs_show_what_function_and_job_wrote_in_order_of_time(cloud):
    ends = time.monotonic() + 60
    while not re.search("Z job error  .*run_id", (told := make(cloud, "logs", "SINCE=1d")).stdout):
        assert time.monotonic() < ends, told.stdout + told.stderr

    moments = re.findall(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ", told.stdout, re.MULTILINE)
    assert moments == sorted(moments)
    assert re.search(r"Z extract  .*charts extracted", told.stdout)
    assert re.search(r"Z job error  .*run_id", told.stdout)


def test_invoke_shows_the_answer_to_an_event_of_another_kind(cloud):
    finished = make(cloud, "invoke", 'EVENT={"doctor": true}')

    assert finished.returncode == 0, finished.stderr
    assert '"ok": true' in finished.stdout


def test_redrive_gives_the_trigger_its_dead_letters_again(cloud):
    for _letter in range(12):
        dead_letter(cloud, "no S3 event")
    before = waiting(cloud, "LandedQueue")

    finished = make(cloud, "redrive")

    assert finished.returncode == 0, finished.stderr
    assert "12 dead letters are back in their queue" in finished.stdout
    assert waiting(cloud, "LandedDeadLetterQueue") == 0
    assert waiting(cloud, "LandedQueue") == before + 12
    cloud.aws.client("sqs").purge_queue(QueueUrl=cloud.outputs["LandedQueue"])


def test_redrive_gives_extract_the_dead_letters_of_dropped_csvs_again(cloud):
    sqs = cloud.aws.client("sqs")
    sqs.send_message(QueueUrl=cloud.outputs["DroppedCsvDeadLetterQueue"], MessageBody=json.dumps({"Records": []}))
    assert "dead letters: 1 (`make redrive`" in make(cloud, "status").stdout

    finished = make(cloud, "redrive")

    assert finished.stdout == "1 dead letters are back in their queue: make status\n"


def test_redrive_says_so_when_there_is_nothing_to_do(cloud):
    assert make(cloud, "redrive").stdout == "No dead letters.\n"


def test_reprocess_rebuilds_dates_and_says_what_came_of_it(cloud):
    finished = make(cloud, "reprocess", f"FROM={TODAY}", f"TO={TODAY}")

    assert finished.returncode == 0, finished.stderr
    assert f"dates    1 rewritten ({TODAY} to {TODAY})" in finished.stdout
    assert "100 chart_entry" in finished.stdout
    assert re.search(r"^checks   \d+ passed, 0 failed$", finished.stdout, re.MULTILINE)


def test_purge_removes_versions_and_partitions_of_older_dates_and_has_the_rest_checked(cloud):
    s3, glue, bucket = cloud.aws.client("s3"), cloud.aws.client("glue"), cloud.outputs["DataBucket"]
    for key in (
        "raw/processed/chart_date=2025-01-01/global.20250101T230004Z.01234567.json",
        "lake/song/chart_date=2025-01-01/part-0.parquet",
    ):
        for body in (b"first", b"second"):
            s3.put_object(Bucket=bucket, Key=key, Body=body)
    partition = {"Values": ["2025-01-01"]}
    glue.create_partition(DatabaseName=cloud.outputs["Database"], TableName="song", PartitionInput=partition)

    finished = make(cloud, "purge", "STACK=spotify-top50", f"BEFORE={TODAY}", "YES=1")

    assert finished.returncode == 0, finished.stderr
    assert "versions 2 older ones" in finished.stdout
    assert "catalog  1 partitions" in finished.stdout
    assert re.search(r"^checks   \d+ passed, 0 failed$", finished.stdout, re.MULTILINE)
    found = s3.list_object_versions(Bucket=bucket)
    assert not [it["Key"] for kind in ("Versions", "DeleteMarkers") for it in found[kind] if "2025-01-01" in it["Key"]]
    left = glue.get_partitions(DatabaseName=cloud.outputs["Database"], TableName="song")["Partitions"]
    assert [it["Values"] for it in left] == [[TODAY]]


def test_reprocess_ends_with_the_cause_when_the_execution_fails(cloud):
    glue, s3 = cloud.aws.client("glue"), cloud.aws.client("s3")
    script = glue.get_job(JobName=cloud.outputs["TransformJob"])["Job"]["Command"]["ScriptLocation"]
    bucket, _slash, key = script.removeprefix("s3://").partition("/")
    shipped = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=key)

    finished = make(cloud, "reprocess", "FROM=2001-01-01", "TO=2001-01-01")
    seen = make(cloud, "status").stdout
    s3.put_object(Bucket=bucket, Key=key, Body=shipped)

    assert finished.returncode != 0
    assert re.search("FAILED: PipelineFailed: [^{]*NoSuchKey", finished.stderr)
    assert re.search("^reprocess-2001-01-01-2001-01-01-.*: PipelineFailed: [^{]*NoSuchKey", seen, re.MULTILINE)


@pytest.fixture
def told(cloud, monkeypatch, capsys):
    """Run a command that has to end with an error, in this process; returns what it ends with."""
    for name, value in client_environment(cloud.aws.url).items():
        monkeypatch.setenv(name, value)

    def run(*arguments, stack="spotify-top50"):
        with pytest.raises(SystemExit) as ended:
            main(["--stack", stack, *arguments])
        return str(ended.value)

    return run


@pytest.mark.parametrize(
    ("first", "last", "problem"),
    [
        ("", "2026-11-22", "say which dates"),
        ("2026-11-23", "2026-11-22", "FROM=2026-11-23 is after TO=2026-11-22"),
        ("20261122", "2026-11-22", "FROM=20261122 is no date"),
        ("2026-11-22", "2026-11-31", "TO=2026-11-31 is no date"),
    ],
)
def test_reprocess_refuses_dates_before_it_starts_anything(told, first, last, problem):
    assert problem in told("reprocess", "--from", first, "--to", last)


def test_an_event_that_is_not_json_is_refused_with_an_example(told):
    assert 'EVENT=\'{"charts": ["global"]}\'' in told("invoke", "--event", "global")


def test_a_length_of_time_that_is_none_is_refused_with_an_example(told):
    assert "SINCE=yesterday is no length of time: write SINCE=30m, 2h or 1d" in told("logs", "--since", "yesterday")


def test_a_stack_that_is_not_there_is_named_with_the_region_and_what_to_do(told):
    message = told("status", stack="no-such-stack")

    assert "there is no stack no-such-stack in us-east-1: `make deploy STACK=no-such-stack` makes it" in message


def test_without_credentials_it_says_how_to_get_some(told, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert "AWS does not know who you are" in told("status")


def test_without_a_region_it_says_how_to_name_one(told, monkeypatch):
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")

    assert "set AWS_REGION" in told("status")


def test_an_address_where_nobody_answers_is_an_error_and_no_traceback(told, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    assert "AWS refused or cannot be reached" in told("status")


def test_destroy_removes_the_stack_and_says_what_stays(cloud):
    """The last of all, since nothing is left after it but what it says."""
    secret = cloud.outputs["SpotifySecret"]
    finished = make(cloud, "destroy", "ARGS=--no-prompts")

    assert finished.returncode == 0, finished.stderr
    assert "Stack spotify-top50 is gone." in finished.stdout
    assert f"s3://{cloud.outputs['DataBucket']}\n" in finished.stdout
    assert f"{secret}\n" in finished.stdout
    assert cloud.aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] != "{}"
    assert cloud.aws.client("s3").list_objects_v2(Bucket=cloud.outputs["DataBucket"])["KeyCount"] > 0
    assert "there is no stack spotify-top50" in make(cloud, "status").stderr
