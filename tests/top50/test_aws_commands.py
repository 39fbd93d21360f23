"""The commands for a deployed stack, against the local cloud in place of AWS."""

import json
import re
import time
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from local_pipeline import process
from newcomer import shell

from local_cloud.aws.endpoint import client_environment
from local_cloud.cloud import LocalCloud
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn
from top50.cli import main

TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
STACK = "spotify-top50"


@pytest.fixture(scope="module")
def spotify():
    with SpotifyStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def cloud(spotify, tmp_path_factory):
    """A stack in which one run has gone well: extracted by ``top50 invoke``, whose output it keeps."""
    parameters = {"Charts": "global,us", "BatchWindowSeconds": "1", **spotify.parameters}
    with LocalCloud(tmp_path_factory.mktemp("stack"), parameters, save=False) as cloud, cloud.fill_log_groups():
        cloud.set_spotify_secret(CREDENTIALS)
        cloud.invoked = CliRunner(env=client_environment(cloud.aws.url)).invoke(main, ["invoke"])
        process(cloud)
        yield cloud


@pytest.fixture
def run(top50, to_aws, cloud):
    """Run a command on the stack."""
    to_aws(cloud)
    return top50


def dead_letter(cloud, body):
    cloud.aws.client("sqs").send_message(QueueUrl=cloud.outputs["LandedDeadLetterQueue"], MessageBody=body)


def waiting(cloud, output):
    names = ["ApproximateNumberOfMessages"]
    found = cloud.aws.client("sqs").get_queue_attributes(QueueUrl=cloud.outputs[output], AttributeNames=names)
    return int(found["Attributes"][names[0]])


def test_as_a_user_calls_it_a_region_by_the_name_that_boto3_does_not_read_is_enough(cloud, tmp_path):
    settings = client_environment(cloud.aws.url)
    del settings["AWS_DEFAULT_REGION"]

    finished = shell("TOP50_STACK=spotify-top50 top50 status --last 1", tmp_path, **settings)

    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.startswith(f"stack spotify-top50 in us-east-1, {cloud.aws.url}\n")


def test_invoke_says_what_has_landed(run, cloud):
    assert cloud.invoked.exit_code == 0, cloud.invoked.stderr
    assert re.findall(r"^landed +(\w+) +raw/to_processed/\S+  50 entries$", cloud.invoked.stdout, re.MULTILINE) == [
        "global",
        "us",
    ]


def test_invoke_ends_with_the_wall_that_it_met(run, spotify):
    spotify.fail("not_found", chart="us")
    finished = run("invoke", '{"charts": ["us"]}')
    spotify.heal()

    assert finished.exit_code == 1
    assert finished.stderr.startswith("Error: 1 of 1 charts failed")
    assert "(404)" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_status_fits_80_columns_and_shows_what_waits_and_what_each_run_did(run, cloud):
    finished = run("status")

    assert finished.exit_code == 0, finished.stderr
    assert "waiting: 0 events of landed files\ndead letters: 0\n" in finished.stdout
    assert re.search(r"^20\d\d-\d\d-\d\d \d\d:\d\d +succeeded +\d+ s +2 +0 +1 +100 +\d+ passed$", finished.stdout, re.M)
    assert max(map(len, finished.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("events", "told"),
    [(2, "The pipeline starts when the batch's window is over"), (0, "To extract now: top50 invoke")],
)
def test_status_before_the_first_execution_says_what_starts_it(run, monkeypatch, events, told):
    monkeypatch.setattr("top50.pipeline.executions", lambda *_stack: [])
    monkeypatch.setattr("top50.pipeline.messages", lambda _stack, queue: events if queue == "LandedQueue" else 0)

    assert run("status").stdout.endswith(f"\nNo execution yet. {told}\n")


def test_logs_show_what_function_and_job_wrote_in_order_of_time(run, cloud):
    ends = time.monotonic() + 60
    while not re.search("Z job error  .*run_id", (told := run("logs", "--since", "1d", "--spark")).stdout):
        assert time.monotonic() < ends, told.stdout + told.stderr

    moments = re.findall(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) ", told.stdout, re.MULTILINE)
    assert moments == sorted(moments)
    assert re.search(r"Z extract  .*charts extracted", told.stdout)
    assert re.search(r"Z job error  .*run_id", told.stdout)
    without = run("logs", "--since", "1d").stdout
    assert "Z extract  " in without
    assert "Z job error  " not in without


def test_invoke_shows_the_answer_to_an_event_of_another_kind(run, cloud):
    finished = run("invoke", '{"doctor": true}')

    assert finished.exit_code == 0, finished.stderr
    assert '"ok": true' in finished.stdout


def test_redrive_gives_the_trigger_its_dead_letters_again(run, cloud):
    for _letter in range(12):
        dead_letter(cloud, "no S3 event")
    before = waiting(cloud, "LandedQueue")

    finished = run("redrive")

    assert finished.exit_code == 0, finished.stderr
    assert "12 dead letters back in the queue" in finished.stdout
    assert waiting(cloud, "LandedDeadLetterQueue") == 0
    assert waiting(cloud, "LandedQueue") == before + 12
    cloud.aws.client("sqs").purge_queue(QueueUrl=cloud.outputs["LandedQueue"])


def test_redrive_gives_extract_the_dead_letters_of_dropped_csvs_again_and_then_says_that_there_are_none(run, cloud):
    sqs = cloud.aws.client("sqs")
    sqs.send_message(QueueUrl=cloud.outputs["DroppedCsvDeadLetterQueue"], MessageBody=json.dumps({"Records": []}))
    assert "dead letters: 1. To give them to their functions again: top50 redrive" in run("status").stdout

    finished = run("redrive")

    assert finished.stdout == "1 dead letter back in the queue: top50 status\n"
    assert run("redrive").stdout == "No dead letters.\n"


@pytest.mark.full
def test_reprocess_rebuilds_dates_and_says_what_came_of_it(run, cloud):
    finished = run("reprocess", "--from", TODAY, "--to", TODAY, "--stack", STACK)

    assert finished.exit_code == 0, finished.stderr
    assert f"dates    1 rewritten ({TODAY})" in finished.stdout
    assert "100 chart_entry" in finished.stdout
    assert re.search(r"^checks   \d+ passed, 0 failed$", finished.stdout, re.MULTILINE)


def test_purge_removes_versions_and_partitions_of_older_dates_and_has_the_rest_checked(run, cloud):
    s3, glue, bucket = cloud.aws.client("s3"), cloud.aws.client("glue"), cloud.outputs["DataBucket"]
    for key in (
        "raw/processed/chart_date=2025-01-01/global.20250101T230004Z.01234567.json",
        "lake/song/chart_date=2025-01-01/part-0.parquet",
    ):
        for body in (b"first", b"second"):
            s3.put_object(Bucket=bucket, Key=key, Body=body)
    partition = {"Values": ["2025-01-01"]}
    glue.create_partition(DatabaseName=cloud.outputs["Database"], TableName="song", PartitionInput=partition)

    finished = run("purge", "--stack", STACK, "--before", TODAY, "--yes")

    assert finished.exit_code == 0, finished.stderr
    assert "versions 2 older" in finished.stdout
    assert "catalog  1 partition\n" in finished.stdout
    assert re.search(r"^checks   \d+ passed, 0 failed$", finished.stdout, re.MULTILINE)
    found = s3.list_object_versions(Bucket=bucket)
    assert not [it["Key"] for kind in ("Versions", "DeleteMarkers") for it in found[kind] if "2025-01-01" in it["Key"]]
    left = glue.get_partitions(DatabaseName=cloud.outputs["Database"], TableName="song")["Partitions"]
    assert [it["Values"] for it in left] == [[TODAY]]


def test_reprocess_ends_with_the_cause_when_the_execution_fails(run, cloud):
    glue, s3 = cloud.aws.client("glue"), cloud.aws.client("s3")
    script = glue.get_job(JobName=cloud.outputs["TransformJob"])["Job"]["Command"]["ScriptLocation"]
    bucket, _slash, key = script.removeprefix("s3://").partition("/")
    shipped = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.delete_object(Bucket=bucket, Key=key)

    finished = run("reprocess", "--from", TODAY, "--to", TODAY, "--stack", STACK)
    seen = run("status").stdout
    s3.put_object(Bucket=bucket, Key=key, Body=shipped)

    assert finished.exit_code == 1
    assert re.search("FAILED: PipelineFailed: [^{]*AccessDenied", finished.stderr)
    assert re.search(f"^reprocess-{TODAY}-{TODAY}-.*: PipelineFailed: .*AccessDenied", seen, re.MULTILINE)


def test_reprocess_of_dates_without_raw_files_starts_nothing_and_says_so(run):
    finished = run("reprocess", "--from", "2001-01-01", "--to", "2001-01-02", "--stack", STACK)

    assert finished.exit_code == 1
    assert "nothing was rebuilt: there are no raw files of 2001-01-01 to 2001-01-02" in finished.stderr
    assert "reprocess-2001" not in run("status").stdout


def test_a_stack_that_is_not_there_is_named_with_the_region_and_what_to_do(run):
    finished = run("status", "--stack", "no-such-stack")

    assert finished.exit_code == 1
    assert "there is no stack no-such-stack in us-east-1" in finished.stderr
    assert "top50 deploy --stack no-such-stack" in finished.stderr


@pytest.mark.parametrize(
    ("unset", "words"),
    [
        (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "AWS does not know who you are"),
        (["AWS_REGION", "AWS_DEFAULT_REGION"], f"here {STACK}, and no region is set. Set AWS_REGION"),
    ],
)
def test_without_credentials_or_region_it_says_how_to_get_some(run, monkeypatch, unset, words):
    for name in unset:
        monkeypatch.delenv(name)

    finished = run("status")

    assert finished.exit_code == 1
    assert words in finished.stderr


def test_destroy_removes_the_stack_and_says_what_stays(run, cloud):
    """The last of all, since nothing is left after it but what it says."""
    secret = cloud.outputs["SpotifySecret"]
    finished = run("destroy", "--no-prompts")

    assert finished.exit_code == 0, finished.stderr
    assert "Stack spotify-top50 is gone." in finished.stdout
    assert f"s3://{cloud.outputs['DataBucket']}\n" in finished.stdout
    assert f"{secret}\n" in finished.stdout
    assert cloud.aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"] != "{}"
    assert cloud.aws.client("s3").list_objects_v2(Bucket=cloud.outputs["DataBucket"])["KeyCount"] > 0
    assert "there is no stack spotify-top50" in run("status").stderr
