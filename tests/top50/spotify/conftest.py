"""The stand-in for Spotify, and AWS, as the extract function's tests have them."""

from containers.extract.conftest import aws, config, lambda_time, no_real_account, policy, spotify, store_secret

__all__ = ["aws", "config", "lambda_time", "no_real_account", "policy", "spotify", "store_secret"]
