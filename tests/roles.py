"""Roles for services that act in a local AWS."""

import json

from local_cloud.aws.iam import GLUE

EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def make_role(aws, name, service=GLUE, statements=(EVERYTHING,)):
    """The ARN of a new role that a service may assume; by default it may do everything."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy([trust]))
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=_policy(list(statements)))
    return made["Role"]["Arn"]


def _policy(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
