"""The metrics of this function; alarms and the dashboard in deploy/template.yaml use the same names."""

from datetime import datetime

from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chart_extract.consent import consent_age
from chart_extract.spotify import Credentials


def tell_consent_age(credentials: Credentials, function_name: str, now: datetime) -> None:
    """Publish how many days ago the user consented; nothing without a refresh token or a date."""
    age = consent_age(credentials.consented_at, now)
    if not credentials.refresh_token or age is None:
        return
    _tell("ConsentAgeDays", age.days, function_name)


def tell_counts(function_name: str, **counts: int) -> None:
    """Publish how many charts landed or failed, and how many CSVs went to quarantine: those fail no invocation."""
    for name, count in counts.items():
        if count:
            _tell(name, count, function_name)


def _tell(name: str, value: int, function_name: str) -> None:
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="SpotifyTop50") as metric:
        # Several stacks live side by side.
        metric.add_dimension(name="FunctionName", value=function_name)
