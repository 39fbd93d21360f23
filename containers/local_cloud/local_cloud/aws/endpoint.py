"""How clients reach the local AWS: its credentials and region, boto3's clients, a process's environment."""

import os
from typing import Any

import boto3
from botocore.config import Config

# moto takes any; these are what AWS's own documentation shows, and open no account.
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # noqa: S105 - see above.
REGION = "us-east-1"
ACCOUNT = "123456789012"


class AwsEndpoint:
    """Whatever answers for AWS at ``url``; ``access_key`` says who asks, by default the account's owner."""

    def __init__(self, url: str, access_key: str = ACCESS_KEY) -> None:
        self.url = url
        self.access_key = access_key
        self._clients: dict[tuple[str, Config | None], Any] = {}

    def client(self, service: str, config: Config | None = None) -> Any:
        """The boto3 client of this server, whatever the process's environment says; threads may share it."""
        key = service, config
        if key not in self._clients:
            make_client: Any = boto3.client  # Its type is a list of all of AWS.
            self._clients[key] = make_client(
                service,
                config=config,
                endpoint_url=self.url,
                region_name=REGION,
                aws_access_key_id=self.access_key,
                aws_secret_access_key=SECRET_KEY,
            )
        return self._clients[key]

    def environment(self) -> dict[str, str]:
        """The environment of a program whose clients are to be like these."""
        return client_environment(self.url, self.access_key)


def turn_to(endpoint_url: str) -> None:
    """Let this process, and what it starts, work against the server and nothing else."""
    os.environ |= client_environment(endpoint_url)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        # boto3 would look for it in the configuration that does not count.
        os.environ.pop(name, None)


def client_environment(endpoint_url: str, access_key: str = ACCESS_KEY) -> dict[str, str]:
    """The environment in which any boto3 program, and the AWS CLI, works against the server and nothing else."""
    return {
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        # No profile or role of the user's may take part.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
