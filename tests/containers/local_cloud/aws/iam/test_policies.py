"""The evaluation of policies, as IAM's own pages describe it."""

import json

import pytest

from local_cloud.aws.iam.policies import Need, allowed, statements_of

BUCKET = "arn:aws:s3:::data"
READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/raw/*"}


def may(need, *statements, principal=""):
    return allowed(statements_of(json.dumps({"Statement": statements})), need, principal)


def test_a_statement_allows_what_its_pattern_covers_and_nothing_else():
    assert may(Need("s3:GetObject", f"{BUCKET}/raw/processed/x.json"), READ)
    assert may(Need("s3:getobject", f"{BUCKET}/raw/x.json"), READ)
    assert not may(Need("s3:GetObject", f"{BUCKET}/lake/x.parquet"), READ)
    assert not may(Need("s3:PutObject", f"{BUCKET}/raw/processed/x.json"), READ)
    assert not may(Need("s3:GetObject", f"{BUCKET}/raw/x.json"))


def test_a_statement_covers_each_of_its_actions_on_each_of_its_resources():
    both = {
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": [f"{BUCKET}/a/*", f"{BUCKET}/b/*"],
    }

    assert may(Need("s3:PutObject", f"{BUCKET}/b/x"), both)
    assert not may(Need("s3:PutObject", f"{BUCKET}/c/x"), both)


def test_an_explicit_deny_stands_before_every_allow():
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"{BUCKET}/*"}

    assert not may(Need("s3:GetObject", f"{BUCKET}/raw/x.json"), READ, deny)


def test_a_condition_binds_and_one_on_what_the_call_does_not_say_is_not_met():
    listing = {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": BUCKET,
        "Condition": {"StringLike": {"s3:prefix": ["raw/*", "runs/"]}},
    }

    assert may(Need("s3:ListBucket", BUCKET, {"s3:prefix": "raw/processed/"}), listing)
    assert may(Need("s3:ListBucket", BUCKET, {"s3:prefix": "runs/"}), listing)
    assert not may(Need("s3:ListBucket", BUCKET, {"s3:prefix": "lake/"}), listing)
    assert not may(Need("s3:ListBucket", BUCKET), listing)
    exactly = {**listing, "Condition": {"StringEquals": {"s3:prefix": "raw/*"}}}
    assert not may(Need("s3:ListBucket", BUCKET, {"s3:prefix": "raw/processed/"}), exactly)


def test_a_truth_is_compared_however_the_policy_writes_it():
    only_tls = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": False}}}
    need = Need("s3:GetObject", f"{BUCKET}/raw/x.json", {"aws:SecureTransport": "true"})

    assert may(need, READ, only_tls)
    assert not may(Need(need.action, need.resource, {"aws:SecureTransport": "false"}), READ, only_tls)


def test_a_resources_policy_speaks_of_the_principals_that_it_names():
    sends = {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }

    assert may(Need("sqs:SendMessage", "queue"), sends, principal="s3.amazonaws.com")
    assert not may(Need("sqs:SendMessage", "queue"), sends, principal="sns.amazonaws.com")


@pytest.mark.parametrize(
    "more",
    [
        {"NotAction": "s3:*"},
        {"Principal": {"AWS": "arn:aws:iam::123456789012:role/check"}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "charts"}}},
        {"Resource": f"{BUCKET}/${{aws:username}}/*"},
    ],
)
def test_what_is_not_understood_is_an_error_and_not_a_yes(more):
    with pytest.raises(NotImplementedError, match="cannot judge"):
        may(Need("s3:GetObject", f"{BUCKET}/raw/x.json"), READ | more)
