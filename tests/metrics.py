"""Metrics as functions print them for CloudWatch (embedded metric format), and as alarms and dashboard take them."""

import json
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

RESOURCES = yaml_parse((Path(__file__).parents[1] / "deploy" / "template.yaml").read_text())["Resources"]


def published(output):
    """What a function's output holds: namespace, name, dimensions and value of each metric."""
    found = []
    for line in output.splitlines():
        told = json.loads(line) if '"_aws"' in line else {"_aws": {"CloudWatchMetrics": []}}
        for group in told["_aws"]["CloudWatchMetrics"]:
            [dimensions] = group["Dimensions"]
            of = {name: told[name] for name in dimensions}
            found += [(group["Namespace"], it["Name"], of, told[it["Name"]]) for it in group["Metrics"]]
    # One number is written as a list of one.
    return [(*metric[:3], metric[3][0] if isinstance(metric[3], list) else metric[3]) for metric in found]


def watched(alarm, function, name):
    """Namespace, name and dimensions that an alarm watches, where ``function`` of the template is called ``name``."""
    properties = RESOURCES[alarm]["Properties"]
    dimensions = {it["Name"]: it["Value"] for it in properties["Dimensions"]}
    of = {key: name if value == {"Ref": function} else value for key, value in dimensions.items()}
    return properties["Namespace"], properties["MetricName"], of


def on_dashboard():
    """Namespace, name and what it is of, for each metric that a widget shows."""
    widgets = json.loads(RESOURCES["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
    metrics = [metric for widget in widgets for metric in widget["properties"].get("metrics", [])]
    return {(namespace, name, of) for namespace, name, _dimension, of, *_ in (it for it in metrics if len(it) > 1)}


def shown(function):
    """The names of a function's own metrics on the dashboard."""
    return {name for namespace, name, of in on_dashboard() if (namespace, of) == ("SpotifyTop50", f"${{{function}}}")}
