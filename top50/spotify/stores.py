"""Where a consent is kept: in ``.env`` for this machine, or in the secret of a stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chart_extract.errors import ExplainedError
from chart_extract.spotify import read_secret
from top50.settings import env_file, write_settings
from top50.stack import DEFAULT_NAME, Stack, session_for

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


class StoreError(ExplainedError):
    """AWS does not let us find or change the secret."""

    meaning = "The consent cannot be stored there"
    action = "Name a stack or secret that is there, in an account and region where you may change it"


class Store(Protocol):
    """A place that holds an app's credentials and a user's consent, under the names of SECRET_FIELDS."""

    def __str__(self) -> str: ...

    def read(self) -> dict[str, str]:
        """What is there already."""

    def write(self, values: Mapping[str, str]) -> None:
        """Add values, or replace those of the same names."""


class EnvFile:
    """``.env``; what it holds is known from the settings."""

    def __str__(self) -> str:
        return str(env_file())

    def read(self) -> dict[str, str]:
        """Nothing beyond the settings."""
        return {}

    def write(self, values: Mapping[str, str]) -> None:
        """Write only what is new: the app's credentials came from here, or from the environment and stay there."""
        consent = {name: value for name, value in values.items() if not name.startswith("client_")}
        write_settings({f"SPOTIFY_{name.upper()}": value for name, value in consent.items()})


class Secret:
    """A secret in Secrets Manager; the app's credentials are filled in too when it has none."""

    def __init__(self, client: SecretsManagerClient, secret_id: str) -> None:
        self._client = client
        self._id = secret_id

    def __str__(self) -> str:
        return f"secret {self._id}"

    def read(self) -> dict[str, str]:
        """What the secret holds, empty values left out."""
        return {name: value for name, value in read_secret(self._client, self._id).items() if value}

    def write(self, values: Mapping[str, str]) -> None:
        """Keep what else is in it."""
        text = json.dumps(self.read() | dict(values))
        try:
            self._client.put_secret_value(SecretId=self._id, SecretString=text)
        except (ClientError, BotoCoreError) as error:
            raise StoreError(str(self), str(error)) from error


def find_store(secret_id: str | None, stack: str | None) -> Store:
    """The secret that is named, that of a stack, or ``.env``."""
    if secret_id:
        return Secret(session_for(stack or DEFAULT_NAME).client("secretsmanager"), secret_id)
    if stack:
        found = Stack.find(stack)
        return Secret(found.client("secretsmanager"), found.output("SpotifySecret"))
    return EnvFile()
