"""Lambda entry point: create the views, check the lake, store the result, and raise if a check failed.

The only module here that reads the environment or builds clients; nothing imports it.
Lambda loads it once per container.
"""

import os
from datetime import UTC, datetime
from functools import partial
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from chart_check.athena import Athena, SharedSession
from chart_check.checks import lake_parameters, sql_checks
from chart_check.config import Config
from chart_check.event import CheckRequest
from chart_check.lake_checks import check_lake, check_views
from chart_check.metrics import tell_checked
from chart_check.processed import processed_not_in_lake
from chart_check.quarantine import quarantined_since
from chart_check.result import CheckResult
from chart_check.runs import Runs
from chart_check.views import lake_views, make_views

logger = Logger(service="chart-check")
config = Config.from_env(os.environ)
s3 = boto3.client("s3")
athena = Athena(SharedSession(), config.database, config.workgroup)


@logger.inject_lambda_context
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Create the views and check the lake, after a run or by hand (``{}``)."""
    request = CheckRequest.from_event(event, now=datetime.now(UTC))
    runs = Runs(s3, config.data_bucket)

    views = check_views(partial(make_views, athena, lake_views()))
    checked, run = check_lake(
        sql_checks(),
        athena,
        lake_parameters(config.charts, request.started_at, config.max_chart_age),
        quarantined=partial(quarantined_since, s3, config.data_bucket, request.quarantined_since),
        not_in_lake=partial(processed_not_in_lake, s3, config.data_bucket, athena),
        runs=runs,
        run_id=request.run_id,
    )

    result = CheckResult(request.name, _iso(request.started_at), views + checked)
    stored_at = runs.store_result(request.name, result.to_dict())
    for outcome in result.failed:
        logger.error("check failed", check=outcome.name, rows=len(outcome.rows), error=outcome.error)
    logger.info("lake checked", checks=len(result.outcomes), failed=len(result.failed), stored_at=stored_at)
    tell_checked(context.function_name, len(result.failed), run)
    return result.or_raise(stored_at)


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
