"""The measure itself: that the tests of the roles would see a right too few or too many."""

import pytest
from deploy.iam import Grant, Need, grants, needs_of

BUCKET = "arn:aws:s3:::data"


def policy(**statement):
    return {"Statement": [{"Effect": "Allow", **statement}]}


def test_a_grant_allows_what_its_pattern_covers_and_nothing_else():
    grant = Grant("s3:GetObject", f"{BUCKET}/raw/*")

    assert grant.allows(Need("s3:GetObject", f"{BUCKET}/raw/processed/x.json"))
    assert not grant.allows(Need("s3:GetObject", f"{BUCKET}/lake/x.parquet"))
    assert not grant.allows(Need("s3:PutObject", f"{BUCKET}/raw/processed/x.json"))


def test_a_condition_on_the_prefix_binds_a_listing():
    [grant] = grants(
        policy(Action="s3:ListBucket", Resource=BUCKET, Condition={"StringLike": {"s3:prefix": ["raw/*"]}})
    )

    assert grant.allows(Need("s3:ListBucket", BUCKET, {"s3:prefix": "raw/processed/"}))
    assert not grant.allows(Need("s3:ListBucket", BUCKET, {"s3:prefix": "lake/"}))
    assert not grant.allows(Need("s3:ListBucket", BUCKET))


def test_a_statement_grants_each_action_on_each_resource():
    found = list(grants(policy(Action=["s3:GetObject", "s3:PutObject"], Resource=[f"{BUCKET}/a/*", f"{BUCKET}/b/*"])))

    assert len(found) == 4


@pytest.mark.parametrize("more", [{"Effect": "Deny"}, {"NotAction": "s3:*"}, {"Condition": {"IpAddress": {}}}])
def test_what_is_not_understood_is_no_grant(more):
    with pytest.raises(NotImplementedError):
        list(grants(policy(**{"Action": "s3:GetObject", "Resource": "*"} | more)))


def test_looking_at_an_object_needs_the_right_to_read_it():
    call = {"service": "s3", "operation": "HeadObject", "parameters": {"Bucket": "data", "Key": "a.json"}}

    assert needs_of(call, {}) == [Need("s3:GetObject", f"{BUCKET}/a.json")]


def test_a_copy_needs_the_right_to_read_the_one_and_to_write_the_other():
    source = {"Bucket": "data", "Key": "a.csv"}
    call = {"service": "s3", "operation": "CopyObject", "parameters": {**source, "Key": "b.csv", "CopySource": source}}

    needs = needs_of(call, {})

    assert needs == [Need("s3:GetObject", f"{BUCKET}/a.csv"), Need("s3:PutObject", f"{BUCKET}/b.csv")]


def test_a_call_that_nobody_has_mapped_is_named():
    with pytest.raises(LookupError, match="sqs PurgeQueue"):
        needs_of({"service": "sqs", "operation": "PurgeQueue", "parameters": {}}, {})
