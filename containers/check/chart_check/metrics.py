"""The metric of this function; an alarm in deploy/template.yaml uses the same names."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric


def tell_good_load(function_name: str) -> None:
    """Publish that every check passed: every chart is loaded, fresh and correct."""
    with single_metric(name="GoodLoads", unit=MetricUnit.Count, value=1, namespace="SpotifyTop50") as metric:
        # Several stacks live side by side.
        metric.add_dimension(name="FunctionName", value=function_name)
