"""Whether each alarm watches a metric that somebody sends."""

import json
import time
from collections.abc import Iterator
from typing import Any

from top50.errors import FailedError
from top50.show import count
from top50.stack import Stack
from top50.verify.journey import Journey

Metric = tuple[str, str, tuple[tuple[str, str], ...]]

# What AWS sends of each resource of a kind, by namespace, metric and dimension.
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"): "AWS::SQS::Queue",
    ("AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName"): "AWS::SQS::Queue",
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"): "AWS::StepFunctions::StateMachine",
    ("AWS/States", "ExecutionsTimedOut", "StateMachineArn"): "AWS::StepFunctions::StateMachine",
    ("AWS/Lambda", "Errors", "FunctionName"): "AWS::Lambda::Function",
    ("AWS/Lambda", "Throttles", "FunctionName"): "AWS::Lambda::Function",
}
# Ours that a verification cannot always bring about, and what they wait for.
NOT_ALWAYS = {"ConsentAgeDays": "a user's consent", "GoodLoads": "a run in which every check passes"}
# The daily extraction is among them.
LOOK_BACK_SECONDS = 2 * 86400
# CloudWatch shows a line some seconds after it was logged.
LOG_SECONDS = 90


def alarms(journey: Journey) -> str:
    """Every alarm's metric is sent; of ours, it stands in what the functions have logged."""
    stack = journey.stack
    names = list(stack.resources("AWS::CloudWatch::Alarm"))
    watched = stack.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    of_aws = [it for it in watched if it["Namespace"].startswith("AWS/")]
    ours = {(it["Namespace"], it["MetricName"], _dimensions(it)) for it in watched if it not in of_aws}
    may_wait = {it for it in ours if it[1] in NOT_ALWAYS and not (it[1] == "GoodLoads" and journey.all_passed)}
    began, ends = time.time(), time.monotonic() + min(journey.patience, LOG_SECONDS)
    while ours - may_wait - (sent := set(_sent(stack, began))) and time.monotonic() < ends:
        time.sleep(journey.pace.look_seconds)
    problems = [f"{it['AlarmName']}: AWS sends no such metric" for it in of_aws if not _is_known(stack, it)]
    problems += [f"{name} of {dict(of)} is in no function's log" for _space, name, of in ours - may_wait - sent]
    problems += [f"alarm {name} is gone" for name in {*names} - {it["AlarmName"] for it in watched}]
    if problems:
        raise FailedError("; ".join(problems))
    waiting = [f"{name} waits for {NOT_ALWAYS[name]}" for _space, name, _of in sorted(may_wait - sent)]
    return "; ".join([f"{count(watched, 'alarm')} on metrics that are sent", *waiting])


def _dimensions(alarm: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((it["Name"], it["Value"]) for it in alarm["Dimensions"]))


def _is_known(stack: Stack, alarm: dict[str, Any]) -> bool:
    """Whether AWS sends the metric, and of a resource of this stack."""
    [(name, value)] = _dimensions(alarm)
    kind = OF_AWS.get((alarm["Namespace"], alarm["MetricName"], name), "")
    # CloudFormation knows a queue by its URL, whose end is its name.
    return bool(kind) and any(it == value or it.endswith(f"/{value}") for it in stack.resources(kind))


def _sent(stack: Stack, now: float) -> Iterator[Metric]:
    """The metrics in what the functions have logged (embedded metric format)."""
    logs = stack.client("logs").get_paginator("filter_log_events")
    for group in stack.resources("AWS::Logs::LogGroup"):
        if group.startswith("/aws/lambda/"):
            start = int((now - LOOK_BACK_SECONDS) * 1000)
            for page in logs.paginate(logGroupName=group, startTime=start, filterPattern='"CloudWatchMetrics"'):
                for event in page["events"]:
                    yield from _metrics(event["message"])


def _metrics(line: str) -> Iterator[Metric]:
    told = json.loads(line)
    for group in told["_aws"]["CloudWatchMetrics"]:
        for dimensions in group["Dimensions"]:
            of = tuple(sorted((name, told[name]) for name in dimensions))
            yield from ((group["Namespace"], metric["Name"], of) for metric in group["Metrics"])
