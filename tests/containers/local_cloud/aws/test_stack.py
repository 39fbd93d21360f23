"""The shipped template, deployed: what stands in the local AWS afterwards, seen by boto3."""

import json
from pathlib import Path

import pytest

from local_cloud.aws.stack import DeploymentError, deploy

TEMPLATE = Path(__file__).parents[4] / "deploy" / "template.yaml"
BUCKET = "charts-data-123456789012-us-east-1"


@pytest.fixture
def stack(aws):
    return deploy(aws, TEMPLATE, "charts", {"Charts": "global,us", "BatchWindowSeconds": "7"})


def test_outputs_name_what_was_made(stack):
    assert stack.outputs["DataBucket"] == BUCKET
    assert stack.outputs["Database"] == "charts"
    assert stack.outputs["Pipeline"].endswith(":stateMachine:charts-pipeline")


def test_an_object_that_lands_is_told_to_the_queue_and_others_are_not(aws, stack):
    sqs, s3 = aws.client("sqs"), aws.client("s3")
    sqs.purge_queue(QueueUrl=stack.outputs["LandedQueue"])

    s3.put_object(Bucket=BUCKET, Key="raw/processed/chart_date=2026-11-22/a.json", Body=b"{}")
    s3.put_object(Bucket=BUCKET, Key="raw/to_processed/chart_date=2026-11-22/b.json", Body=b"{}")

    messages = sqs.receive_message(QueueUrl=stack.outputs["LandedQueue"], MaxNumberOfMessages=10)["Messages"]
    keys = [json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] for message in messages]
    assert keys == ["raw%2Fto_processed%2Fchart_date%3D2026-11-22%2Fb.json"]


def test_functions_have_the_templates_environment(aws, stack):
    function = aws.client("lambda").get_function_configuration(FunctionName="charts-extract")

    assert function["Environment"]["Variables"]["CHARTS"] == "global,us"
    assert function["Environment"]["Variables"]["DATA_BUCKET"] == BUCKET
    assert function["PackageType"] == "Image"
    assert stack.images["extract:local"].joinpath("Dockerfile").is_file()


def test_the_triggers_batches_are_as_the_parameter_says(aws, stack):
    [mapping] = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]

    assert mapping["BatchSize"] == 1000
    assert mapping["MaximumBatchingWindowInSeconds"] == 7
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_job_has_one_writer_and_its_script_where_it_says(aws, stack):
    job = aws.client("glue").get_job(JobName="charts-transform")["Job"]

    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    bucket, _slash, key = job["Command"]["ScriptLocation"].removeprefix("s3://").partition("/")
    script = aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    assert script == TEMPLATE.parents[1].joinpath("glue_jobs", "transform.py").read_bytes()


def test_the_crawler_has_one_target_for_each_table(aws, stack):
    crawler = aws.client("glue").get_crawler(Name="charts-lake")["Crawler"]

    tables = [target["Path"].rstrip("/").rsplit("/", 1)[-1] for target in crawler["Targets"]["S3Targets"]]
    assert sorted(tables) == ["album", "artist", "chart_entry", "chart_load", "song", "song_artist"]


def test_nothing_of_the_state_machine_is_left_to_substitute(aws, stack):
    machine = aws.client("stepfunctions").describe_state_machine(stateMachineArn=stack.outputs["Pipeline"])

    assert "${" not in machine["definition"]
    assert "charts-transform" in machine["definition"]


def test_a_type_that_is_not_known_here_stops_the_deployment_by_name(aws, tmp_path):
    template = tmp_path / "template.yaml"
    template.write_text("Resources:\n  Stream:\n    Type: AWS::Kinesis::Video\n    Properties: {}\n")

    with pytest.raises(DeploymentError, match="AWS::Kinesis::Video"):
        deploy(aws, template, "charts", {})


def test_a_script_that_is_not_there_stops_the_deployment(aws, tmp_path):
    template = tmp_path / "template.yaml"
    job = "{Type: AWS::Glue::Job, Properties: {Command: {ScriptLocation: ../no_such.py}}}"
    template.write_text(f"Resources:\n  TransformJob: {job}\n")

    with pytest.raises(DeploymentError, match=r"TransformJob: there is no script .*no_such\.py"):
        deploy(aws, template, "charts", {})
