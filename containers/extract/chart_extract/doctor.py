"""Say whether an extraction would succeed, and if not, why: ``python -m chart_extract.doctor``.

With SPOTIFY_SECRET_ID it looks at what the function uses; without, at what ``.env`` holds (``make doctor``).
Exit code 0 only when an extraction would succeed.
"""

import os
import sys
import time
from collections.abc import Mapping

import boto3

from chart_extract.config import REQUIRED, Config
from chart_extract.diagnosis import diagnose
from chart_extract.errors import ConfigError
from chart_extract.findings import Finding, Findings
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials

SECONDS = 120.0


def examine(env: Mapping[str, str]) -> Findings:
    """Check all that the environment's settings lead to."""
    on_aws = bool(env.get("SPOTIFY_SECRET_ID"))
    try:
        config = Config.from_env(env, REQUIRED if on_aws else ("CHARTS",))
    except ConfigError as error:
        means, to_do = "The function does not start without right settings", "Correct the setting that is named"
        return Findings([Finding("settings", "fail", "the environment", str(error), means, to_do)])

    def credentials() -> Credentials:
        if on_aws:
            return Credentials.from_secret(boto3.client("secretsmanager"), config.spotify_secret_id)
        return Credentials.from_env(env)

    ends = time.monotonic() + SECONDS
    policy = RetryPolicy(seconds_left=lambda: ends - time.monotonic())
    return diagnose(config, credentials, boto3.client("s3") if on_aws else None, policy)


def main(env: Mapping[str, str]) -> int:
    """Print what was found, and return the exit code."""
    findings = examine(env)
    sys.stdout.write(f"{findings}\n")
    return 0 if findings.ok else 1


if __name__ == "__main__":
    sys.exit(main(os.environ))
