"""The whole pipeline in one process: what a failure in a part does, and that the next run repairs it."""

import io
import json
import re
import threading
import time
from dataclasses import asdict
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from local_pipeline import executions, invoke, process, query, stack_of, wait_until_done

from chart_transform.run import Summary
from local_cloud.aws.cloudformation.stack import deploy
from local_cloud.aws.operations import AwsError
from local_cloud.cloud import STACK, TEMPLATE, LocalCloud
from local_cloud.spotify import SpotifyStandIn
from top50.errors import FailedError
from top50.pipeline import stages

DAY = f"{datetime.now(UTC):%Y-%m-%d}"
NOTHING = {"time": f"{DAY}T00:00:00Z"}


@pytest.fixture(scope="module")
def spotify():
    with SpotifyStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def cloud(spotify, tmp_path, monkeypatch):
    """A fresh stack for two charts, its topic heard by a queue."""
    spotify.heal()
    parameters = {"Charts": "global,us", "BatchWindowSeconds": "1", **spotify.parameters}
    with LocalCloud(tmp_path, parameters, save=False) as running:
        running.set_spotify_secret({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
        sqs = running.aws.client("sqs")
        sqs.create_queue(QueueName="mailbox")
        running.aws.client("sns").subscribe(
            TopicArn=running.outputs["FailureTopic"],
            Protocol="sqs",
            Endpoint="arn:aws:sqs:us-east-1:123456789012:mailbox",
        )
        yield running


def mail(cloud):
    """What the topic has been told."""
    sqs = cloud.aws.client("sqs")
    url = sqs.get_queue_url(QueueName="mailbox")["QueueUrl"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"])["Message"] for message in messages]


def keys(cloud, prefix):
    listed = cloud.aws.client("s3").list_objects_v2(Bucket=cloud.outputs["DataBucket"], Prefix=prefix)
    return [item["Key"] for item in listed.get("Contents", [])]


def count(cloud, table):
    return int(query(cloud, f"SELECT count(*) FROM {table}").rows[0][0])


def put(cloud, key, text):
    cloud.aws.client("s3").put_object(Bucket=cloud.outputs["DataBucket"], Key=key, Body=text.encode())


def test_a_failed_job_is_told_with_its_cause_and_the_next_run_repairs_it(cloud):
    invoke(cloud, "ExtractFunction", NOTHING)
    glue = cloud.aws.client("glue")
    script = glue.get_job(JobName=cloud.outputs["TransformJob"])["Job"]["Command"]["ScriptLocation"]
    bucket, _slash, key = script.removeprefix("s3://").partition("/")
    s3 = cloud.aws.client("s3")
    shipped = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=b"raise MemoryError('the job died')")

    [failed] = process(cloud)

    assert failed.status == "FAILED"
    assert "MemoryError: the job died" in failed.cause
    [told] = mail(cloud)
    assert "MemoryError: the job died" in told
    assert len(keys(cloud, "raw/to_processed/")) == 2

    s3.put_object(Bucket=bucket, Key=key, Body=shipped)
    start(cloud, "repair", {})
    [_failed, repaired] = process(cloud)

    assert repaired.status == "SUCCEEDED", repaired.cause
    assert count(cloud, "chart_entry") == 100
    assert keys(cloud, "raw/to_processed/") == []


def start(cloud, name, event):
    return cloud.aws.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["Pipeline"], name=name, input=json.dumps(event)
    )


@pytest.mark.full
def test_a_chart_that_spotify_refuses_fails_alone_and_a_bad_file_fails_the_check(cloud, spotify):
    spotify.fail("not_found", chart="us")
    with pytest.raises(FailedError, match="us"):
        invoke(cloud, "ExtractFunction", NOTHING)
    spotify.heal()
    # The retry of the same event lands what is missing, and only that.
    retried = invoke(cloud, "ExtractFunction", NOTHING)
    put(cloud, f"raw/to_processed/chart_date={DAY}/broken.json", '{"items": "none"}')

    [checked] = process(cloud)

    assert [item["chart"] for item in retried["landed"]] == ["us"]
    assert [item["chart"] for item in retried["skipped"]] == ["global"]
    assert count(cloud, "chart_entry") == 100
    assert keys(cloud, f"raw/quarantine/chart_date={DAY}/broken.json") == [
        f"raw/quarantine/chart_date={DAY}/broken.json",
        f"raw/quarantine/chart_date={DAY}/broken.json.reason.json",
    ]
    assert checked.status == "FAILED"
    assert "quarantine" in checked.cause
    [told] = mail(cloud)
    assert "broken.json" in told


@pytest.mark.full
def test_files_that_land_while_a_run_is_on_get_a_run_of_their_own(cloud):
    invoke(cloud, "ExtractFunction", NOTHING)
    with cloud.poll_queues():
        while not any(stages(stack_of(cloud), execution).now == "transform" for execution in executions(cloud)):
            threading.Event().wait(0.1)
        threading.Event().wait(4)
        invoke(cloud, "ExtractFunction", {"time": f"{DAY}T01:00:00Z"})
        both = wait_until_done(cloud)

    assert [execution.status for execution in both] == ["SUCCEEDED", "SUCCEEDED"], both
    assert keys(cloud, "raw/to_processed/") == []
    assert len(keys(cloud, "raw/processed/")) == 4
    assert count(cloud, "chart_entry") == 100
    runs = cloud.aws.client("glue").get_job_runs(JobName=cloud.outputs["TransformJob"])["JobRuns"]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED", "SUCCEEDED"]


@pytest.mark.full
def test_a_query_that_fails_is_told_and_a_reprocess_through_the_pipeline_repairs_the_lake(cloud):
    invoke(cloud, "ExtractFunction", NOTHING)
    process(cloud)
    before = {key: rows(cloud, key) for key in keys(cloud, "lake/")}

    damaged = f"lake/song/chart_date={DAY}/part-0.parquet"
    cloud.aws.client("s3").put_object(Bucket=cloud.outputs["DataBucket"], Key=damaged, Body=b"no Parquet")
    start(cloud, "after-damage", {})
    failed = process(cloud)[-1]

    assert failed.status == "FAILED"
    assert len(mail(cloud)) == 1

    start(cloud, "again", {"reprocess_from": DAY, "reprocess_to": DAY})
    again = process(cloud)[-1]

    assert again.status == "SUCCEEDED", again.cause
    assert {key: rows(cloud, key) for key in keys(cloud, "lake/")} == before


def rows(cloud, key):
    stored = cloud.aws.client("s3").get_object(Bucket=cloud.outputs["DataBucket"], Key=key)["Body"].read()
    return pq.read_table(io.BytesIO(stored)).to_pylist()


def test_an_execution_of_the_trigger_that_changed_nothing_ends_before_the_crawl_and_no_other_does(cloud):
    definition = json.loads(TEMPLATE.with_name("pipeline.asl.json").read_text()) | {"StartAt": "StartedByTrigger"}
    definition["States"]["CrawlOrProject"] = {"Type": "Pass", "Result": "crawls", "End": True}
    text = json.dumps(definition).replace("${DataBucket}", cloud.outputs["DataBucket"]).replace("${Partition}", "aws")
    client = cloud.aws.client("stepfunctions")
    client.update_state_machine(
        stateMachineArn=cloud.outputs["Pipeline"], definition=re.sub(r"\$\{\w+\}", "other", text)
    )
    changes = {"rewrote": {"dates_rewritten": [DAY]}, "guarded": {"dates_guarded": [DAY]}}
    changes |= {"idle": {}, "by-hand": {}, "quarantined": {"files_quarantined": 1}}
    for name, change in changes.items():
        put(cloud, f"runs/{name}.json", json.dumps(asdict(Summary(name, **change))))
    for name in (*changes, "without-summary"):
        start(cloud, name, {} if name == "by-hand" else {"landed_files": 1})

    ended = process(cloud)

    outputs = {it.name: client.describe_execution(executionArn=it.arn)["output"] for it in ended}
    assert {it.status for it in ended} == {"SUCCEEDED"}
    assert {name for name, output in outputs.items() if "crawls" not in output} == {"idle"}


def test_one_bound_of_a_reprocess_is_refused_and_told(cloud):
    start(cloud, "half", {"reprocess_from": DAY})

    [refused] = process(cloud)

    assert refused.status == "FAILED"
    assert "reprocess_from and reprocess_to go together" in refused.cause
    assert len(mail(cloud)) == 1
    assert cloud.aws.client("glue").get_job_runs(JobName=cloud.outputs["TransformJob"])["JobRuns"] == []


def test_an_execution_that_is_given_no_name_gets_one(cloud):
    started = cloud.aws.client("stepfunctions").start_execution(
        stateMachineArn=cloud.outputs["Pipeline"], input='{"reprocess_to": "2026-11-22"}'
    )

    assert len(started["executionArn"].rsplit(":", 1)[-1]) == 36


@pytest.mark.full
def test_a_crawler_that_runs_already_is_waited_for_and_then_crawls_again(cloud):
    invoke(cloud, "ExtractFunction", NOTHING)
    operations = cloud.aws.operations
    start_crawler, refused = operations["AWSGlue.StartCrawler"], []

    def busy_once(request):
        if not refused:
            refused.append(request)
            raise AwsError("CrawlerRunningException", "it runs already")
        return start_crawler(request)

    operations["AWSGlue.StartCrawler"] = busy_once

    [execution] = process(cloud)

    assert execution.status == "SUCCEEDED", execution.cause
    assert len(refused) == 1
    assert count(cloud, "chart_load") == 2


def test_an_extraction_that_fails_at_every_try_is_told(cloud, spotify):
    spotify.fail("not_found")

    # As the schedule does it: nobody waits for the answer.
    cloud.aws.client("lambda").invoke(
        FunctionName=cloud.outputs["ExtractFunction"], InvocationType="Event", Payload=json.dumps(NOTHING)
    )

    record = json.loads(first_mail(cloud))
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["requestPayload"] == NOTHING
    assert record["responsePayload"]["errorType"] == "ChartsFailedError"


def first_mail(cloud):
    """What the topic is told next, waited for."""
    ends = time.monotonic() + 60
    while not (told := mail(cloud)):
        assert time.monotonic() < ends, "the topic was told nothing"
        threading.Event().wait(0.05)
    return told[0]


def test_a_deployment_onto_the_running_stack_reaches_functions_that_are_warm(cloud, spotify):
    before = invoke(cloud, "ExtractFunction", NOTHING)

    deploy(cloud.aws, TEMPLATE, STACK, {**spotify.parameters, "Charts": "jp"})
    after = invoke(cloud, "ExtractFunction", NOTHING)

    assert [item["chart"] for item in before["landed"]] == ["global", "us"]
    assert [item["chart"] for item in after["landed"]] == ["jp"]
