"""The connection to Spotify: credentials from the secret, one token, and a client for many threads."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import requests
from botocore.exceptions import BotoCoreError, ClientError
from requests.adapters import HTTPAdapter
from spotipy import MemoryCacheHandler, Spotify, SpotifyClientCredentials, SpotifyOAuth

from chart_extract.answers import token_wall
from chart_extract.config import Config
from chart_extract.errors import NoCredentialsError, SecretError
from chart_extract.retry import RetryPolicy
from chart_extract.walls import BadAnswerError, ConsentExpiredError, ConsentTooNarrowError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

CONNECTIONS = 8
TIMEOUT_SECONDS = 10
SECRET_FIELDS = ("client_id", "client_secret", "refresh_token", "scopes", "consented_at")
DEFAULT_SCOPES = "playlist-read-private playlist-read-collaborative"
UNUSED_REDIRECT = "http://127.0.0.1:8080/callback"  # spotipy wants one; refreshing a token does not use it.

# At DEBUG, which Lambda's log level sets for every logger, these log the secret and the tokens.
for talkative in ("spotipy", "botocore"):
    logging.getLogger(talkative).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Credentials:
    """The Spotify secret. With a refresh token we read as the user who consented, else as the app alone."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    scopes: frozenset[str] = frozenset()
    consented_at: str = ""

    @classmethod
    def from_secret(cls, client: SecretsManagerClient, secret_id: str) -> Self:
        """Read the secret; SecretError says what it lacks."""
        return cls.of(read_secret(client, secret_id), f"secret {secret_id}")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Read the same from ``SPOTIFY_CLIENT_ID`` and its like, as a person's ``.env`` gives them."""
        values = {name: env.get(f"SPOTIFY_{name.upper()}", "").strip() for name in SECRET_FIELDS}
        return cls.of(values, ".env and the environment")

    @classmethod
    def of(cls, values: Mapping[str, str], origin: str) -> Self:
        """Check the values of the secret; ``origin`` says in an error where they came from."""
        missing = [name for name in ("client_id", "client_secret") if not values.get(name)]
        if missing:
            raise (NoCredentialsError if len(missing) == 2 else SecretError)(origin, f"no {' and no '.join(missing)}")
        if not all(value.isascii() and value.isprintable() for value in values.values()):
            raise SecretError(origin, "a value has a character that credentials never have")
        return cls(
            client_id=values["client_id"],
            client_secret=values["client_secret"],
            refresh_token=values.get("refresh_token", ""),
            scopes=frozenset((values.get("scopes") or DEFAULT_SCOPES).replace(",", " ").split()),
            consented_at=values.get("consented_at", ""),
        )


def are_missing(read: Callable[[], Credentials]) -> bool:
    """Whether there are no credentials at all. What is wrong with others is told when they are used."""
    try:
        read()
    except SecretError as error:
        return isinstance(error, NoCredentialsError)
    return False


def read_secret(client: SecretsManagerClient, secret_id: str) -> dict[str, str]:
    """Read the text values in the secret; it may have none yet."""
    try:
        text = client.get_secret_value(SecretId=secret_id).get("SecretString", "")
    except (ClientError, BotoCoreError) as error:
        raise SecretError(f"secret {secret_id}", "it cannot be read") from error
    return _text_values(text)


def connect(credentials: Credentials, config: Config, policy: RetryPolicy) -> Spotify:
    """Get the run's one token, and return a client that makes each call as one HTTP request with its true status."""
    consented = f" (consent was given on {credentials.consented_at})" if credentials.consented_at else ""
    expired = ConsentExpiredError("Spotify token", f"Spotify refused the refresh token{consented} (invalid_grant)")
    token = policy.call(
        "Spotify token",
        partial(_token, credentials, config.spotify_accounts_url, policy),
        partial(token_wall, expired),
    )
    # The token instead of an auth manager, with which each thread could find it expired and renew it.
    spotify = Spotify(auth=token, requests_session=session_in_time(policy))
    spotify.prefix = config.spotify_api_url
    return spotify


def _token(credentials: Credentials, accounts_url: str, policy: RetryPolicy) -> str:
    session = session_in_time(policy)
    if not credentials.refresh_token:
        app = SpotifyClientCredentials(
            credentials.client_id,
            credentials.client_secret,
            requests_session=session,
            cache_handler=MemoryCacheHandler(),
        )
        app.OAUTH_TOKEN_URL = f"{accounts_url}/api/token"
        return _text(app.get_access_token(as_dict=False))

    # spotipy overwrites the granted scope that Spotify reports, so we keep the responses.
    answers: list[requests.Response] = []
    session.hooks["response"].append(lambda response, **_options: answers.append(response))
    user = SpotifyOAuth(
        credentials.client_id,
        credentials.client_secret,
        redirect_uri=UNUSED_REDIRECT,
        scope=",".join(credentials.scopes),
        open_browser=False,
        requests_session=session,
        cache_handler=MemoryCacheHandler(),
    )
    user.OAUTH_TOKEN_URL = f"{accounts_url}/api/token"
    # Not get_access_token: when something is missing, that prompts on the terminal.
    token = _text(user.refresh_access_token(credentials.refresh_token)["access_token"])
    _check_scopes(credentials, str(answers[-1].json().get("scope") or ""))
    return token


def _check_scopes(credentials: Credentials, granted: str) -> None:
    missing = sorted(credentials.scopes - set(granted.split()))
    if missing:
        raise ConsentTooNarrowError("Spotify token", f"the consent does not cover {', '.join(missing)}")


def _text(token: object) -> str:
    if isinstance(token, str) and token:
        return token
    raise BadAnswerError("Spotify token", "Spotify answered without a token in it")


class _InTimeAdapter(HTTPAdapter):
    """Limits each request to the time left, whatever timeout spotipy passes."""

    def __init__(self, policy: RetryPolicy) -> None:
        super().__init__(pool_maxsize=CONNECTIONS)
        self._policy = policy

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        seconds = min(TIMEOUT_SECONDS, self._policy.seconds_to_ask())
        if seconds <= 0:  # A redirect is a second request of one attempt.
            raise requests.Timeout
        return super().send(request, *args, **kwargs | {"timeout": seconds})


def session_in_time(policy: RetryPolicy) -> requests.Session:
    """Open a session whose requests all end while there is time left."""
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _InTimeAdapter(policy))
    return session


def _text_values(text: str) -> dict[str, str]:
    # Surrounding spaces come from copying; a value that is not text counts as missing.
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {name: value.strip() for name, value in values.items() if isinstance(value, str)}
