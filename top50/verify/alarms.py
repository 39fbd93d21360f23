"""Check that each alarm watches a metric that is really sent."""

import json
import time
from collections.abc import Iterator
from typing import Any

from top50.errors import FailedError
from top50.show import count
from top50.stack import Stack
from top50.verify.journey import Journey

Metric = tuple[str, str, str, str]

# Metrics that AWS sends for each resource of a type, by namespace, name and dimension:
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
# https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
# https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
OF_AWS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName"): "AWS::SQS::Queue",
    ("AWS/States", "ExecutionsFailed", "StateMachineArn"): "AWS::StepFunctions::StateMachine",
    ("AWS/Lambda", "Errors", "FunctionName"): "AWS::Lambda::Function",
}
# Our own metrics that a verification cannot always cause, and what they wait for.
NOT_ALWAYS = {"ConsentAgeDays": "a user's consent", "GoodLoads": "a run in which every check passes"}
# Two days include a daily extraction. A log line reaches CloudWatch some seconds after it was written.
LOOK_BACK_SECONDS, LOG_SECONDS = 2 * 86400, 90


def watch_what_is_sent(journey: Journey) -> str:
    """FailedError names each alarm whose metric nobody sends; our own metrics are looked for in the functions' logs."""
    stack = journey.stack
    names = list(stack.resources("AWS::CloudWatch::Alarm"))
    alarms = stack.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    watched = {it["AlarmName"]: _watched(it) for it in alarms}
    ours = {it for it in watched.values() if not it[0].startswith("AWS/")}
    may_wait = {it for it in ours if it[1] in NOT_ALWAYS and not (it[1] == "GoodLoads" and journey.all_passed)}
    ends = time.monotonic() + min(journey.patience, LOG_SECONDS)
    while ours - may_wait - (sent := set(_sent(stack))) and time.monotonic() < ends:
        time.sleep(journey.pace.look_seconds)
    known = sent | may_wait | {it for it in watched.values() if _is_sent_by_aws(stack, it)}
    if bad := [name for name in names if watched.get(name) not in known]:
        raise FailedError(
            "; ".join(f"{name} watches what nobody sends: {watched.get(name, 'nothing')}" for name in bad)
        )
    waiting = [f"{name} waits for {NOT_ALWAYS[name]}" for _space, name, *_of in sorted(may_wait - sent)]
    return "; ".join([f"{count(names, 'alarm')} on metrics that are sent", *waiting])


def _watched(alarm: dict[str, Any]) -> Metric:
    [dimension] = alarm["Dimensions"]
    return alarm["Namespace"], alarm["MetricName"], dimension["Name"], dimension["Value"]


def _is_sent_by_aws(stack: Stack, metric: Metric) -> bool:
    """A queue's physical id is its URL, which ends with its name."""
    kind = OF_AWS.get(metric[:3])
    return kind is not None and any(f"/{it}".endswith(f"/{metric[3]}") for it in stack.resources(kind))


def _sent(stack: Stack) -> Iterator[Metric]:
    """The metrics in the logs of the functions (embedded metric format)."""
    wanted = {"startTime": int((time.time() - LOOK_BACK_SECONDS) * 1000), "filterPattern": '"CloudWatchMetrics"'}
    groups = [it for it in stack.resources("AWS::Logs::LogGroup") if it.startswith("/aws/lambda/")]
    logs = stack.client("logs").get_paginator("filter_log_events")
    pages = (page for group in groups for page in logs.paginate(logGroupName=group, **wanted))
    for told in (json.loads(event["message"]) for page in pages for event in page["events"]):
        for sent in told["_aws"]["CloudWatchMetrics"]:
            [[name]] = sent["Dimensions"]
            yield from ((sent["Namespace"], metric["Name"], name, told[name]) for metric in sent["Metrics"])
