"""Lambda entry point: store today's charts on S3 exactly as Spotify sent them.

The only module here that reads the environment or builds clients; nothing imports it.
Lambda loads it once per container. Spotify's secret is read on every run, so that a new one is used at once.
"""

import os
from functools import cache, partial
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from spotipy import Spotify

from chart_extract.config import Config
from chart_extract.csv_extract import extract_csvs
from chart_extract.diagnosis import diagnose
from chart_extract.dropped import DropZone, drops_in
from chart_extract.event import ExtractRequest, asks_for_the_doctor
from chart_extract.extract import extract_charts
from chart_extract.landing import RawZone
from chart_extract.metrics import tell_consent_age, tell_counts
from chart_extract.moments import iso, utc_now
from chart_extract.result import ExtractResult
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials, are_missing, connect

logger = Logger(service="chart-extract")
config = Config.from_env(os.environ)
s3 = boto3.client("s3")
secrets = boto3.client("secretsmanager")


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Extract the requested charts for the event's time, or the CSVs that an S3 event names.

    For ``{"doctor": true}``, say instead whether an extraction would succeed.
    """
    policy = RetryPolicy(seconds_left=lambda: context.get_remaining_time_in_millis() / 1000)
    read_credentials = cache(partial(Credentials.from_secret, secrets, config.spotify_secret_id))
    if asks_for_the_doctor(event):
        findings = diagnose(config, read_credentials, s3, policy)
        logger.info("doctor", ok=findings.ok)
        return findings.to_dict()

    def connect_as_configured() -> Spotify:
        credentials = read_credentials()
        # Before the first request: the age matters most when Spotify refuses.
        tell_consent_age(credentials, context.function_name, utc_now())
        return connect(credentials, config, policy)

    if (drops := drops_in(event)) is not None:
        result = extract_csvs(
            drops,
            config.chart_size,
            DropZone(s3, config.data_bucket),
            partial(RawZone, s3, config.data_bucket),
            lambda: config.look_up_csv_tracks and not are_missing(read_credentials),
            connect_as_configured,
            policy,
        )
        _log_csvs(result)
        tell_counts(
            context.function_name,
            ChartsLanded=len(result.landed),
            ChartsFailed=len(result.failed),
            QuarantinedCsvs=len(result.quarantined),
        )
        return result.or_raise()

    request = ExtractRequest.from_event(event, config.charts, now=utc_now())
    result = extract_charts(
        request, RawZone(s3, config.data_bucket, request), connect=connect_as_configured, policy=policy
    )

    _log(request, result)
    tell_counts(context.function_name, ChartsLanded=len(result.landed), ChartsFailed=len(result.failed))
    return result.or_raise()


def _log(request: ExtractRequest, result: ExtractResult) -> None:
    logger.info(
        "charts extracted",
        chart_date=request.chart_date,
        landed=len(result.landed),
        unchanged=sum(landed.unchanged for landed in result.landed),
        skipped=len(result.skipped),
        failed=len(result.failed),
    )
    for landed in result.landed:
        if request.is_for_another_day_than(landed.fetched_at):
            logger.warning(
                "a playlist shows only today's chart: this is not the chart of the event's date",
                chart=landed.chart.name,
                chart_date=request.chart_date,
                fetched_at=iso(landed.fetched_at),
            )
    _log_failures(result)


def _log_csvs(result: ExtractResult) -> None:
    logger.info(
        "chart CSVs extracted",
        landed=[it.key for it in result.landed],
        skipped=[it.key for it in result.skipped],
        quarantined=len(result.quarantined),
        failed=len(result.failed),
    )
    for it in result.quarantined:
        logger.error("chart CSV quarantined", key=it.key, reason=it.reason)
    _log_failures(result)


def _log_failures(result: ExtractResult) -> None:
    for failed in result.failed:
        # Only errors from elsewhere, such as AWS, have a cause; its traceback helps.
        logger.error("chart failed", chart=failed.chart.name, error=str(failed.error), exc_info=failed.error.__cause__)
