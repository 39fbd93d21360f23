"""The metrics of this function; an alarm and the dashboard in deploy/template.yaml use the same names."""

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chart_check.runs import RunSummary


def tell_checked(function_name: str, failed: int, run: RunSummary | None) -> None:
    """Publish how many checks failed, what the run did, and a good load: every chart is loaded, fresh and correct."""
    told: dict[str, float] = {"FailedChecks": failed}
    if run:
        told |= {"JobSeconds": run.seconds, "RowsWritten": sum(run.rows.values())}
    if not failed:
        told["GoodLoads"] = 1
    for name, value in told.items():
        with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="SpotifyTop50") as metric:
            # Several stacks live side by side.
            metric.add_dimension(name="FunctionName", value=function_name)
