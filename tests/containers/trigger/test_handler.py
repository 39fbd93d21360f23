"""The trigger as Lambda runs it: SQS batches in, executions in moto's Step Functions out."""

import importlib
import json
import sys
from urllib.parse import quote_plus

import boto3
import pytest
from moto import mock_aws

from local_cloud.aws.awslambda.worker import Context

KEY = "raw/to_processed/chart_date=2026-11-22/global.20261122T230000Z.json"


@pytest.fixture
def stepfunctions(monkeypatch):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    with mock_aws():
        client = boto3.client("stepfunctions")
        machine = client.create_state_machine(
            name="pipeline", definition="{}", roleArn="arn:aws:iam::123456789012:role/pipeline"
        )
        monkeypatch.setenv("STATE_MACHINE_ARN", machine["stateMachineArn"])
        yield client


@pytest.fixture
def handle(stepfunctions):
    sys.modules.pop("chart_trigger.handler", None)
    handler = importlib.import_module("chart_trigger.handler")

    def call(*records):
        context = Context("trigger", 256, "arn:aws:lambda:us-east-1:123456789012:function:trigger", "request", 0.0)
        return handler.lambda_handler({"Records": list(records)}, context)

    return call


def message(message_id, body):
    return {"messageId": message_id, "body": body if isinstance(body, str) else json.dumps(body)}


def landed(message_id, *keys):
    """A message as S3 sends it: keys are written as in a URL's query."""
    records = [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": quote_plus(key)}}} for key in keys]
    return message(message_id, {"Records": records})


def executions(stepfunctions):
    machine = stepfunctions.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    return stepfunctions.list_executions(stateMachineArn=machine)["executions"]


def test_a_batch_of_landed_files_starts_one_execution(handle, stepfunctions):
    answer = handle(landed("m1", KEY), landed("m2", KEY.replace("global", "us")))

    assert answer == {"batchItemFailures": []}
    [execution] = executions(stepfunctions)
    described = stepfunctions.describe_execution(executionArn=execution["executionArn"])
    assert json.loads(described["input"]) == {"landed_files": 2}


def test_a_batch_delivered_again_in_another_order_starts_no_second_execution(handle, stepfunctions):
    handle(landed("m1", KEY), landed("m2", KEY))

    answer = handle(landed("m2", KEY), landed("m1", KEY))

    assert answer == {"batchItemFailures": []}
    assert len(executions(stepfunctions)) == 1


def test_a_batch_whose_execution_failed_gets_another_when_it_is_delivered_again(handle, stepfunctions, monkeypatch):
    monkeypatch.setenv("SF_EXECUTION_HISTORY_TYPE", "FAILURE")
    handle(landed("m1", KEY))

    handle(landed("m1", KEY))

    first, second = sorted(execution["name"] for execution in executions(stepfunctions))
    assert second == f"{first}-2"


def test_another_batch_starts_another_execution(handle, stepfunctions):
    handle(landed("m1", KEY))

    handle(landed("m2", KEY))

    assert len(executions(stepfunctions)) == 2


def test_keys_are_decoded_before_they_are_looked_at(handle, stepfunctions):
    handle(landed("m1", "raw/to_processed/spotify raw 2023-03-27 18:24:36+00.json"))

    assert len(executions(stepfunctions)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "data"},
        {"Records": [{"s3": {"object": {"key": "raw%2Fprocessed%2Fglobal.json"}}}]},
        {"Records": [{"s3": {"object": {"key": "raw%2Fto_processed%2Fchart_date%3D2026-11-22%2F"}}}]},
        {"Records": []},
    ],
    ids=["S3's test event", "a key of another folder", "a folder made in the console", "nothing at all"],
)
def test_what_tells_of_no_landed_file_is_consumed_and_starts_nothing(handle, stepfunctions, body):
    answer = handle(message("m1", body))

    assert answer == {"batchItemFailures": []}
    assert executions(stepfunctions) == []


@pytest.mark.parametrize("body", ["no json", "[]", "{}", '{"Records": 7}', '{"Records": [{"s3": {}}]}', "null"])
def test_a_message_that_cannot_be_read_is_reported_alone(handle, stepfunctions, body):
    answer = handle(message("bad", body), landed("good", KEY))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
    assert len(executions(stepfunctions)) == 1


def test_when_the_pipeline_cannot_be_started_the_whole_batch_comes_again(handle, stepfunctions):
    machine = stepfunctions.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    stepfunctions.delete_state_machine(stateMachineArn=machine)

    with pytest.raises(stepfunctions.exceptions.StateMachineDoesNotExist):
        handle(landed("m1", KEY))


def test_a_missing_setting_is_named_when_the_function_is_loaded(stepfunctions, monkeypatch):
    monkeypatch.setenv("STATE_MACHINE_ARN", "")
    sys.modules.pop("chart_trigger.handler", None)

    with pytest.raises(Exception, match="STATE_MACHINE_ARN"):
        importlib.import_module("chart_trigger.handler")
