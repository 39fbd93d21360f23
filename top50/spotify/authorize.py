"""A user consents in the browser, once in six months; the refresh token is stored, and never printed."""

import secrets
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from chart_extract.answers import token_wall
from chart_extract.consent import LIFETIME
from chart_extract.errors import SpotifyError
from chart_extract.moments import iso, utc_now
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import DEFAULT_SCOPES, SECRET_FIELDS, Credentials, session_in_time
from top50.settings import spotify_of
from top50.spotify.loopback import receive_code, redirect_uri
from top50.spotify.stores import Store

SECONDS_TO_CONSENT = 300.0
SECONDS_FOR_TOKEN = 60.0
TO_CHANGE = "playlist-modify-private playlist-modify-public"
HOW_TO = """\
Opening Spotify in the browser. Sign in as the owner of the playlists that are to be read, and agree.
This address must be registered in your app (https://developer.spotify.com/dashboard, Redirect URIs):
  {redirect}
If no browser opens, go to:
  {page}
"""
DONE = """\
Stored in {store}: refresh_token, scopes ({scopes}), consented_at ({date}).
It lives until about {end}. Next: top50 doctor
"""


class CodeRefusedError(SpotifyError):
    """The code that the browser brought is not taken."""

    meaning = "A code serves once, for some minutes, and only for the address to which it was sent"
    action = "Run top50 authorize again"


def authorize(
    settings: dict[str, str],
    store: Store,
    port: int,
    open_page: Callable[[str], object],
    say: Callable[[str], object],
    *,
    to_change: bool = False,
) -> None:
    """Ask for consent, change the code for a refresh token, and store it with its scopes and its date.

    ``to_change`` asks for the right to change playlists as well.
    """
    scopes = f"{DEFAULT_SCOPES} {TO_CHANGE}" if to_change else DEFAULT_SCOPES
    known = {name: settings.get(f"SPOTIFY_{name.upper()}", "") for name in SECRET_FIELDS} | store.read()
    credentials = Credentials.of(known, str(store))
    accounts_url = spotify_of(settings).spotify_accounts_url
    redirect, state = redirect_uri(port), secrets.token_urlsafe(32)
    question = {
        "client_id": credentials.client_id,
        "response_type": "code",
        "redirect_uri": redirect,
        "scope": scopes,
        "state": state,
        "show_dialog": "true",  # Or a browser that is signed in as somebody else consents without a question.
    }
    page = f"{accounts_url}/authorize?{urlencode(question)}"
    say(HOW_TO.format(redirect=redirect, page=page))
    code = receive_code(port, state, partial(open_page, page), SECONDS_TO_CONSENT)

    granted = _token(credentials, accounts_url, code, redirect)
    now = utc_now()
    app = {"client_id": credentials.client_id, "client_secret": credentials.client_secret}
    store.write(app | granted | {"consented_at": iso(now)[:10]})
    say(DONE.format(store=store, scopes=granted["scopes"], date=iso(now)[:10], end=iso(now + LIFETIME)[:10]))


def _token(credentials: Credentials, accounts_url: str, code: str, redirect: str) -> dict[str, str]:
    ends = time.monotonic() + SECONDS_FOR_TOKEN
    policy = RetryPolicy(seconds_left=lambda: ends - time.monotonic())
    session = session_in_time(policy)

    def ask() -> dict[str, str]:
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect}
        login = (credentials.client_id, credentials.client_secret)
        answer = session.post(f"{accounts_url}/api/token", data=form, auth=login)
        answer.raise_for_status()
        token: dict[str, Any] = answer.json()
        return {"refresh_token": token["refresh_token"], "scopes": token["scope"]}

    refused = CodeRefusedError("Spotify token", "Spotify refused the code of this consent (invalid_grant)")
    with session:
        return policy.call("Spotify token", ask, partial(token_wall, refused))
