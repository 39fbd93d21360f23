"""``top50 run``."""

import click

WITHOUT_CREDENTIALS = """\
Missing in .env (or the environment): {missing}

1. Create an app at https://developer.spotify.com/dashboard (its owner needs Spotify Premium).
2. Write its client id and secret into .env, beside the Makefile (.env.example shows all settings):

     SPOTIFY_CLIENT_ID=...
     SPOTIFY_CLIENT_SECRET=...
     CHARTS=mine=<id of a playlist of your own>

3. Apps made since 27 November 2024 cannot read Spotify's own charts, and those made since 11 February 2026 read only
   playlists of the user who consented: `top50 authorize` asks for that consent, `top50 doctor` says what is missing.

`top50 demo` needs none of this, nor does CHARTS=none, which makes a lake for chart CSVs (top50 add-csv)."""


@click.command()
def run() -> None:
    """Read today's charts from the real Spotify, into a local lake of their own.

    Reads SPOTIFY_CLIENT_ID, SPOTIFY_CLIENT_SECRET and CHARTS from .env or the environment. Each run adds to the lake of
    the runs before it. With CHARTS=none it only prepares the lake for `top50 add-csv`, and needs neither id nor secret.

    \b
    Example: top50 doctor && top50 run
    """
    from chart_extract.config import Config
    from top50.errors import RefusedError
    from top50.extraction import extract_now
    from top50.lakes import own_lake
    from top50.settings import read_settings, secret_of, spotify_parameters
    from top50.show import console

    settings = read_settings()
    missing = [name for name in ("SPOTIFY_CLIENT_ID", "SPOTIFY_CLIENT_SECRET") if name not in settings]
    charts = settings.get("CHARTS", "global")
    if missing and charts.strip() != "none":
        raise RefusedError(WITHOUT_CREDENTIALS.format(missing=", ".join(missing)))
    # The function would say the same, after the cloud has started.
    Config.from_env({**settings, "CHARTS": charts}, required=())
    lake = own_lake({"Charts": charts, **spotify_parameters(settings)})
    extract_now(console(), lake, secret_of(settings))
