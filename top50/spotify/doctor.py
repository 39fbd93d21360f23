"""Whether an extraction on this machine would succeed, and if not, why."""

import time
from collections.abc import Mapping
from functools import partial

from chart_extract.config import Config
from chart_extract.diagnosis import diagnose
from chart_extract.errors import ConfigError
from chart_extract.findings import Finding, Findings
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials

SECONDS = 120.0


def examine(settings: Mapping[str, str]) -> Findings:
    """Try what an extraction with these settings needs."""
    try:
        config = Config.from_env(settings, required=("CHARTS",))
    except ConfigError as error:
        means, to_do = "Nothing can be extracted with wrong settings", "Correct the setting that is named"
        return Findings([Finding("settings", "fail", ".env and the environment", str(error), means, to_do)])
    ends = time.monotonic() + SECONDS
    policy = RetryPolicy(seconds_left=lambda: ends - time.monotonic())
    return diagnose(config, partial(Credentials.from_env, settings), None, policy)
