"""Calls with a role's key, by boto3: what is refused, and in which words of the service."""

import json
from itertools import count

import pytest
import requests
from botocore.exceptions import ClientError
from roles import make_role

from local_cloud.aws.iam import GLUE, LAMBDA
from local_cloud.aws.operations import AwsError

READS = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/raw/*"}
WRITES = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::data/runs/*"}


@pytest.fixture
def client(aws):
    """What makes a client with the rights of a role that has these statements only."""
    aws.client("s3").create_bucket(Bucket="data")
    for key in ("raw/a.json", "lake/a.parquet"):
        aws.client("s3").put_object(Bucket="data", Key=key, Body=b"{}")

    names = count(1)

    def make(service, *statements):
        return aws.as_role(make_role(aws, f"tried-{next(names)}", GLUE, statements), GLUE).client(service)

    return make


def refusal(call, **parameters):
    """Code and HTTP status of the error that a call ends with."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    response = raised.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_a_role_reads_and_writes_what_it_may_and_nothing_else(client, aws):
    s3 = client("s3", READS, WRITES)

    assert s3.get_object(Bucket="data", Key="raw/a.json")["Body"].read() == b"{}"
    s3.put_object(Bucket="data", Key="runs/1.json", Body=b"1")
    assert refusal(s3.get_object, Bucket="data", Key="lake/a.parquet") == ("AccessDenied", 403)
    assert refusal(s3.put_object, Bucket="data", Key="raw/b.json", Body=b"") == ("AccessDenied", 403)
    assert refusal(s3.list_objects_v2, Bucket="data") == ("AccessDenied", 403)
    assert refusal(s3.delete_objects, Bucket="data", Delete={"Objects": [{"Key": "raw/a.json"}]}) == (
        "AccessDenied",
        403,
    )
    assert (
        requests.get(s3.generate_presigned_url("get_object", {"Bucket": "data", "Key": "lake/a.parquet"})).status_code
        == 403
    )
    deletes = client("s3", {**READS, "Action": "s3:DeleteObject"}).delete_objects
    version = {"Objects": [{"Key": "raw/a.json", "VersionId": "null"}]}
    assert refusal(deletes, Bucket="data", Delete=version) == ("AccessDenied", 403)
    assert aws.client("s3").list_objects_v2(Bucket="data")["KeyCount"] == 3


def test_a_copy_reads_the_one_and_writes_the_other(client):
    source = {"Bucket": "data", "Key": "raw/a.json"}

    copy = client("s3", READS, WRITES).copy_object

    copy(Bucket="data", Key="runs/a.json", CopySource=source)
    for key, of in (("lake/a.json", source), ("runs/b.json", {**source, "Key": "lake/a.parquet"})):
        assert refusal(copy, Bucket="data", Key=key, CopySource=of) == ("AccessDenied", 403)


def test_who_may_not_list_the_bucket_is_not_told_that_an_object_is_missing(client):
    hidden = client("s3", READS)
    assert refusal(hidden.head_object, Bucket="data", Key="raw/none.json") == ("403", 403)
    assert refusal(hidden.get_object, Bucket="data", Key="raw/none.json") == ("AccessDenied", 403)

    told = client("s3", READS, {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::data"})
    assert refusal(told.get_object, Bucket="data", Key="raw/none.json") == ("NoSuchKey", 404)


def test_a_write_with_a_condition_needs_to_read_what_it_is_about(client):
    s3 = client("s3", WRITES)
    etag = s3.put_object(Bucket="data", Key="runs/1.json", Body=b"1")["ETag"]

    s3.put_object(Bucket="data", Key="runs/2.json", Body=b"2", IfNoneMatch="*")
    assert refusal(s3.put_object, Bucket="data", Key="runs/1.json", Body=b"2", IfMatch=etag) == ("AccessDenied", 403)


def test_the_buckets_policy_denies_what_the_roles_own_allows_and_the_owner_keeps_his_rights(client, aws):
    s3 = client("s3", READS)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/raw/*"}
    aws.client("s3").put_bucket_policy(Bucket="data", Policy=json.dumps({"Statement": [deny]}))

    assert refusal(s3.get_object, Bucket="data", Key="raw/a.json") == ("AccessDenied", 403)
    assert aws.client("s3").get_object(Bucket="data", Key="raw/a.json")


@pytest.mark.parametrize(
    ("service", "call", "parameters", "refused"),
    [
        ("secretsmanager", "get_secret_value", {"SecretId": "spotify"}, ("AccessDeniedException", 400)),
        ("stepfunctions", "start_execution", {"stateMachineArn": "arn:machine"}, ("AccessDeniedException", 400)),
        ("lambda", "invoke", {"FunctionName": "check"}, ("AccessDeniedException", 403)),
        ("sns", "publish", {"TopicArn": "arn:topic", "Message": "it failed"}, ("AuthorizationError", 403)),
        ("sqs", "send_message", {"QueueUrl": "http://queue/landed", "MessageBody": ""}, ("AccessDeniedException", 400)),
    ],
)
def test_each_service_refuses_in_its_own_words(client, service, call, parameters, refused):
    assert refusal(getattr(client(service), call), **parameters) == refused


def test_the_refusal_names_role_action_and_resource(client):
    with pytest.raises(ClientError, match=r"assumed-role/tried-1/local is not .* sns:Publish on resource: arn:topic"):
        client("sns").publish(TopicArn="arn:topic", Message="it failed")


def test_a_call_that_nobody_has_described_is_an_error_and_not_a_yes(client):
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}

    with pytest.raises(ClientError, match="does not know what sqs PurgeQueue needs"):
        client("sqs", everything).purge_queue(QueueUrl="http://queue/landed")


def test_everybody_may_ask_who_he_is(client):
    assert client("sts").get_caller_identity()["Account"] == "123456789012"


def test_a_role_is_assumed_by_the_service_that_its_trust_policy_names(aws):
    role = make_role(aws, "of-lambda", LAMBDA)

    aws.as_role(role, LAMBDA)
    with pytest.raises(AwsError, match="cannot be assumed by glue"):
        aws.as_role(role, GLUE)
    with pytest.raises(AwsError, match="no role missing"):
        aws.as_role("missing", GLUE)


def test_rights_that_were_used_are_kept_for_who_compares_them(client, aws):
    client("s3", READS).get_object(Bucket="data", Key="raw/a.json")

    assert ("tried-1", "s3:GetObject") in {(role, need.action) for role, need in aws.roles.used}
