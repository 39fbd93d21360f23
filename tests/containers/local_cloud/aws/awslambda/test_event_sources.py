"""SQS to Lambda as AWS does it, seen by boto3: batches, partial failures, redelivery, dead letters."""

import json
import time

import pytest
from roles import make_role

from local_cloud.aws.awslambda.event_sources import EventSources
from local_cloud.aws.awslambda.functions import Lambdas
from local_cloud.aws.iam import LAMBDA

RECORDER = """
import json, os
FOLDER = os.environ["FOLDER"]

def lambda_handler(event, context):
    bodies = [record["body"] for record in event["Records"]]
    with open(f"{FOLDER}/batches.jsonl", "a") as batches:
        print(json.dumps(bodies), file=batches)
    if "raise" in bodies:
        raise RuntimeError("as asked")
    failed = [record["messageId"] for record in event["Records"] if record["body"] == "fail"]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}
"""


@pytest.fixture
def queue(aws, tmp_path):
    """A queue with its dead letters, and a function that records its batches."""
    (tmp_path / "recorder.py").write_text(RECORDER)
    (tmp_path / "Dockerfile").write_text('FROM base\nCMD ["recorder.lambda_handler"]\n')
    sqs = aws.client("sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName="landed", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "3"})
    aws.client("lambda").create_function(
        FunctionName="recorder",
        PackageType="Image",
        Code={"ImageUri": "recorder:local"},
        Role=make_role(aws, "recorder", LAMBDA),
        Environment={"Variables": {"FOLDER": str(tmp_path)}},
        Timeout=10,
    )
    aws.client("lambda").create_event_source_mapping(
        EventSourceArn=dead_arn.replace("dead", "landed"),
        FunctionName="recorder",
        BatchSize=100,
        MaximumBatchingWindowInSeconds=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    with Lambdas(aws, {"recorder:local": tmp_path}, tmp_path / "logs"):
        yield url["QueueUrl"]


def batches(tmp_path):
    path = tmp_path / "batches.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def wait_until(true, seconds=30):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not come about in time"
        time.sleep(0.05)


def left(aws, url):
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    counts = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(count) for count in counts.values())


def test_messages_within_the_window_come_as_one_batch_and_are_gone_afterwards(aws, queue, tmp_path):
    for number in range(25):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody=str(number))

    with EventSources(aws):
        wait_until(lambda: left(aws, queue) == 0)

    assert [sorted(batch, key=int) for batch in batches(tmp_path)] == [[str(number) for number in range(25)]]


def test_only_the_messages_reported_as_failed_come_again_and_end_as_dead_letters(aws, queue, tmp_path):
    for body in ("good", "fail"):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body)
    dead = aws.client("sqs").get_queue_url(QueueName="dead")["QueueUrl"]

    with EventSources(aws):
        wait_until(lambda: left(aws, dead) == 1)

    assert sorted(batches(tmp_path)[0]) == ["fail", "good"]
    assert batches(tmp_path)[1:] == [["fail"]]


def test_a_batch_whose_function_raises_comes_again_whole(aws, queue, tmp_path):
    for body in ("good", "raise"):
        aws.client("sqs").send_message(QueueUrl=queue, MessageBody=body)

    with EventSources(aws):
        wait_until(lambda: len(batches(tmp_path)) >= 2)

    assert [sorted(batch) for batch in batches(tmp_path)[:2]] == [["good", "raise"], ["good", "raise"]]
