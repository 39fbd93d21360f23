"""Roles, alarms, rules and log groups: AWS shows them, and nobody acts on them here."""

import json

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import REGION, AwsEndpoint


def make_role(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A role with its policies. Nothing is enforced here: a test compares them with the calls that are made."""
    iam = aws.client("iam")
    arn = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
        Description=properties.get("Description", ""),
    )["Role"]["Arn"]
    for policy in properties.get("Policies", []):
        # SAM writes policies without a version, which IAM takes for an old one and moto refuses.
        document = json.dumps({"Version": "2012-10-17", **policy["PolicyDocument"]})
        iam.put_role_policy(RoleName=name, PolicyName=policy["PolicyName"], PolicyDocument=document)
    return Made(name, {"Arn": arn})


def delete_role(aws: AwsEndpoint, made: Made) -> None:
    """IAM wants its policies to go first."""
    iam = aws.client("iam")
    for policy in iam.list_role_policies(RoleName=made.ref)["PolicyNames"]:
        iam.delete_role_policy(RoleName=made.ref, PolicyName=policy)
    iam.delete_role(RoleName=made.ref)


def make_policy(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A policy of a role's, made apart from it; as little enforced as the role's own."""
    for role in properties["Roles"]:
        aws.client("iam").put_role_policy(
            RoleName=role, PolicyName=name, PolicyDocument=json.dumps(properties["PolicyDocument"])
        )
    return Made(name, {"Roles": ",".join(properties["Roles"])})


def delete_policy(aws: AwsEndpoint, made: Made) -> None:
    """From each of its roles."""
    for role in made.attributes["Roles"].split(","):
        aws.client("iam").delete_role_policy(RoleName=role, PolicyName=made.ref)


def make_log_group(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A log group; moto forgets nothing in it."""
    logs = aws.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=int(properties["RetentionInDays"]))
    return Made(name, {"Arn": f"arn:aws:logs:{REGION}:123456789012:log-group:{name}:*"})


def change_log_group(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """Another retention; what it holds stays."""
    aws.client("logs").put_retention_policy(logGroupName=made.ref, retentionInDays=int(properties["RetentionInDays"]))


def delete_log_group(aws: AwsEndpoint, made: Made) -> None:
    """With what it holds."""
    aws.client("logs").delete_log_group(logGroupName=made.ref)


def make_alarm(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """An alarm; moto evaluates none."""
    aws.client("cloudwatch").put_metric_alarm(**properties | {"AlarmName": name})
    return Made(name, {"Arn": f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:{name}"})


def delete_alarm(aws: AwsEndpoint, made: Made) -> None:
    """The alarm and its history."""
    aws.client("cloudwatch").delete_alarms(AlarmNames=[made.ref])


def make_rule(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A rule of EventBridge and its targets; moto sends them nothing."""
    events = aws.client("events")
    arn = events.put_rule(
        Name=name,
        Description=properties.get("Description", ""),
        EventPattern=json.dumps(properties["EventPattern"]),
    )["RuleArn"]
    events.put_targets(Rule=name, Targets=properties["Targets"])
    return Made(name, {"Arn": arn})


def delete_rule(aws: AwsEndpoint, made: Made) -> None:
    """EventBridge wants its targets to go first."""
    events = aws.client("events")
    targets = [target["Id"] for target in events.list_targets_by_rule(Rule=made.ref)["Targets"]]
    events.remove_targets(Rule=made.ref, Ids=targets)
    events.delete_rule(Name=made.ref)


KINDS = {
    "AWS::IAM::Role": Kind(
        make_role,
        delete_role,
        real=names(""),
        recorded=names("AssumeRolePolicyDocument Description Policies"),
    ),
    "AWS::IAM::Policy": Kind(
        make_policy,
        delete_policy,
        named_by="PolicyName",
        real=names(""),
        recorded=names("PolicyDocument PolicyName Roles"),
    ),
    "AWS::Logs::LogGroup": Kind(
        make_log_group,
        delete_log_group,
        change=change_log_group,
        named_by="LogGroupName",
        real=names("LogGroupName"),
        recorded=names("RetentionInDays"),
    ),
    "AWS::CloudWatch::Alarm": Kind(
        make_alarm,
        delete_alarm,
        named_by="AlarmName",
        real=names(""),
        recorded=names(
            "AlarmName AlarmDescription AlarmActions Namespace MetricName Dimensions Statistic Period "
            "EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator TreatMissingData"
        ),
    ),
    "AWS::Events::Rule": Kind(
        make_rule,
        delete_rule,
        named_by="Name",
        real=names(""),
        recorded=names("Name Description EventPattern Targets"),
    ),
}
