"""Metrics as functions print them for CloudWatch (embedded metric format), and as the alarms wait for them."""

import json
from pathlib import Path

from samtranslator.yaml_helper import yaml_parse

TEMPLATE = Path(__file__).parents[1] / "deploy" / "template.yaml"


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
    properties = yaml_parse(TEMPLATE.read_text())["Resources"][alarm]["Properties"]
    dimensions = {it["Name"]: it["Value"] for it in properties["Dimensions"]}
    of = {key: name if value == {"Ref": function} else value for key, value in dimensions.items()}
    return properties["Namespace"], properties["MetricName"], of
