"""Roles, which iam/ enforces; alarms, dashboard, rules and log groups, which AWS shows and nobody acts on here."""

import json
from typing import Any

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import ACCOUNT, REGION
from local_cloud.aws.iam.policies import statements_of


def _make_role(iam: Any, name: str, given: Properties) -> Made:
    role = iam.create_role(
        RoleName=name,
        AssumeRolePolicyDocument=json.dumps(given["AssumeRolePolicyDocument"]),
        Description=given.get("Description", ""),
    )
    for policy in given.get("Policies", []):
        # SAM writes policies without a version, which IAM takes for an old one and moto refuses.
        _put_policy(iam, name, policy["PolicyName"], {"Version": "2012-10-17", **policy["PolicyDocument"]})
    return Made(name, {"Arn": role["Role"]["Arn"]})


def _put_policy(iam: Any, role: str, name: str, document: dict[str, Any]) -> None:
    policy = json.dumps(document)
    # What cannot be judged later is refused at once.
    statements_of(policy)
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy)


def _delete_role(iam: Any, name: str, _given: Properties) -> None:
    # IAM wants its policies to go first.
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)


def _make_policy(iam: Any, name: str, given: Properties) -> None:
    for role in given["Roles"]:
        _put_policy(iam, role, name, given["PolicyDocument"])


def _delete_policy(iam: Any, name: str, given: Properties) -> None:
    for role in given["Roles"]:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def _make_log_group(logs: Any, name: str, given: Properties) -> Made:
    logs.create_log_group(logGroupName=name)
    _set_retention(logs, name, given)
    return Made(name, {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}:*"})


def _set_retention(logs: Any, name: str, given: Properties) -> None:
    logs.put_retention_policy(logGroupName=name, retentionInDays=int(given["RetentionInDays"]))


def _make_alarm(cloudwatch: Any, name: str, given: Properties) -> Made:
    cloudwatch.put_metric_alarm(**given | {"AlarmName": name})
    return Made(name, {"Arn": f"arn:aws:cloudwatch:{REGION}:123456789012:alarm:{name}"})


def _make_rule(events: Any, name: str, given: Properties) -> Made:
    pattern = json.dumps(given["EventPattern"])
    rule = events.put_rule(Name=name, Description=given.get("Description", ""), EventPattern=pattern)
    events.put_targets(Rule=name, Targets=given["Targets"])
    return Made(name, {"Arn": rule["RuleArn"]})


def _delete_rule(events: Any, name: str, given: Properties) -> None:
    # EventBridge wants its targets to go first.
    events.remove_targets(Rule=name, Ids=[target["Id"] for target in given["Targets"]])
    events.delete_rule(Name=name)


KINDS = {
    "AWS::IAM::Role": Kind(
        service="iam",
        make=_make_role,
        delete=_delete_role,
        real=names("AssumeRolePolicyDocument Policies"),
        recorded=names("Description"),
    ),
    "AWS::IAM::Policy": Kind(
        service="iam",
        make=_make_policy,
        delete=_delete_policy,
        named_by="PolicyName",
        real=names("PolicyDocument PolicyName Roles"),
    ),
    "AWS::Logs::LogGroup": Kind(
        service="logs",
        make=_make_log_group,
        change=_set_retention,
        delete=lambda logs, name, _given: logs.delete_log_group(logGroupName=name),
        named_by="LogGroupName",
        real=names("LogGroupName"),
        recorded=names("RetentionInDays"),
    ),
    "AWS::CloudWatch::Alarm": Kind(
        service="cloudwatch",
        make=_make_alarm,
        delete=lambda cloudwatch, name, _given: cloudwatch.delete_alarms(AlarmNames=[name]),
        named_by="AlarmName",
        recorded=names(
            "AlarmName AlarmDescription AlarmActions Namespace MetricName Dimensions Statistic Period "
            "EvaluationPeriods DatapointsToAlarm Threshold ComparisonOperator TreatMissingData"
        ),
    ),
    "AWS::CloudWatch::Dashboard": Kind(
        service="cloudwatch",
        make=lambda cloudwatch, name, given: cloudwatch.put_dashboard(**given | {"DashboardName": name}),
        delete=lambda cloudwatch, name, _given: cloudwatch.delete_dashboards(DashboardNames=[name]),
        named_by="DashboardName",
        recorded=names("DashboardBody DashboardName"),
    ),
    "AWS::Events::Rule": Kind(
        service="events",
        make=_make_rule,
        delete=_delete_rule,
        named_by="Name",
        recorded=names("Name Description EventPattern Targets"),
    ),
}
