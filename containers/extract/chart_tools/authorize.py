"""``make authorize``: a user consents in the browser, once in six months; what that gives is stored, never printed."""

import argparse
import secrets
import sys
import time
import webbrowser
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from chart_extract.answers import token_wall
from chart_extract.consent import LIFETIME
from chart_extract.errors import ExtractError, SpotifyError
from chart_extract.moments import iso, utc_now
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import DEFAULT_SCOPES, SECRET_FIELDS, Credentials, session_in_time
from chart_tools.env_file import read_settings, spotify_of
from chart_tools.loopback import receive_code, redirect_uri
from chart_tools.stores import Store, find_store

PORT = 8888
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
It lives until about {end}. Next: make doctor
"""


class CodeRefusedError(SpotifyError):
    """The code that the browser brought is not taken."""

    meaning = "A code serves once, for some minutes, and only for the address to which it was sent"
    action = "Run make authorize again"


def parse_args(argv: Sequence[str]) -> argparse.Namespace:
    """Read where to store the consent, and what it is for."""
    usage = "make authorize [STACK=<stack> | SECRET=<secret>] [WRITE=1] [PORT=8888]"
    parser = argparse.ArgumentParser(
        prog="make authorize", usage=usage, description="Consent to reading your playlists."
    )
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--secret", help="store it in this secret and not in .env")
    place.add_argument("--stack", help="store it in the secret of this stack and not in .env")
    parser.add_argument("--write", action="store_true", help="ask for the right to change playlists too")
    parser.add_argument("--port", type=int, default=PORT)
    return parser.parse_args(argv)


def authorize(
    settings: dict[str, str],
    store: Store,
    scopes: str,
    port: int,
    open_page: Callable[[str], object],
    say: Callable[[str], object],
) -> None:
    """Ask for consent, change the code for a refresh token, and store it with its scopes and its date."""
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


def main(argv: Sequence[str]) -> None:
    """Consent once, and store it where the arguments say."""
    args = parse_args(argv)
    scopes = f"{DEFAULT_SCOPES} {TO_CHANGE}" if args.write else DEFAULT_SCOPES
    try:
        store = find_store(args.secret, args.stack)
        authorize(read_settings(), store, scopes, args.port, webbrowser.open, sys.stdout.write)
    except ExtractError as error:
        raise SystemExit(f"{type(error).__name__}: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit("Ended; nothing was stored.") from None


if __name__ == "__main__":
    main(sys.argv[1:])
