"""``make run``: today's charts of the real Spotify through the local pipeline, into ``.local_cloud/run``.

Reads SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET, CHARTS, and what ``make authorize`` stores, from ``.env`` or the
environment (SPOTIFY_API_URL and SPOTIFY_ACCOUNTS_URL too, for a stand-in).
"""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime

from dotenv import dotenv_values
from rich.console import Console

from local_cloud import states
from local_cloud.cloud import InvocationError, LocalCloud
from local_cloud.commands.demo import stop_on_failure, stop_on_files_left
from local_cloud.commands.report import show_row_counts, show_seconds
from local_cloud.pipeline import wait_until_done

WITHOUT_CREDENTIALS = """\
Missing in .env (or the environment): {missing}

1. Make an app at https://developer.spotify.com/dashboard (its owner needs Spotify Premium).
2. Write its client id and secret into .env, beside the Makefile:

     SPOTIFY_CLIENT_ID=...
     SPOTIFY_CLIENT_SECRET=...
     CHARTS=mine=<id of a playlist of your own>

3. Apps made since 27 November 2024 cannot read Spotify's own charts, and those made since 11 February 2026 read only
   playlists of the user who consented: `make authorize` asks for that consent, `make doctor` says what is missing.

`make demo` needs none of this."""


def main() -> None:
    """Extract now, process, show the counts. Every run adds to the lake of the runs before it."""
    settings = read_settings()
    missing = [name for name in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET") if name not in settings]
    if missing:
        raise SystemExit(WITHOUT_CREDENTIALS.format(missing=", ".join(missing)))
    parameters = {"Charts": settings.get("CHARTS", "global"), **addresses(settings)}
    with LocalCloud(states.RUN, parameters) as cloud:
        cloud.set_spotify_secret(credentials(settings))
        run(Console(), cloud, parameters)


def read_settings() -> dict[str, str]:
    """What ``.env`` and the environment say; the environment comes first."""
    return {name: value for name, value in {**dotenv_values(".env"), **os.environ}.items() if value}


def addresses(settings: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters that name a stand-in for Spotify; empty for the real one."""
    return {
        "SpotifyApiUrl": settings.get("SPOTIFY_API_URL", ""),
        "SpotifyAccountsUrl": settings.get("SPOTIFY_ACCOUNTS_URL", ""),
    }


def credentials(settings: Mapping[str, str]) -> dict[str, str]:
    """What the secret holds on AWS."""
    fields = ("client_id", "client_secret", "refresh_token", "scopes", "consented_at")
    return {name: settings[key] for name in fields if (key := f"SPOTIFY_{name.upper()}") in settings}


def run(console: Console, cloud: LocalCloud, parameters: Mapping[str, str]) -> None:
    """Extract and process; what was landed is processed also when a chart failed, and then the run ends with why."""
    failure = None
    started = time.monotonic()
    with cloud.poll_queues(), console.status("extract") as status:
        try:
            cloud.fire_schedule(datetime.now(UTC))
        except InvocationError as error:
            failure = str(error)
        spent = time.monotonic() - started
        known = wait_until_done(cloud, status.update)
    stop_on_failure(known)
    stop_on_files_left(cloud)
    if known:
        states.remember(states.RUN, parameters)
        show_row_counts(console, cloud)
        show_seconds(console, spent, known)
    elif parameters["Charts"].strip() == "none":
        states.remember(states.RUN, parameters)
        console.print("CHARTS=none: no playlist was read. make add-csv FILE=... adds a chart to this lake")
    if failure:
        raise SystemExit(failure)


if __name__ == "__main__":
    main()
