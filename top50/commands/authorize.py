"""``top50 authorize``."""

import webbrowser
from functools import partial

import click

from top50.cli import stack_option


@click.command()
@click.option("--secret", metavar="NAME", help="Keep the consent in this secret on AWS.")
@click.option("--write", is_flag=True, help="Ask for the right to change playlists too.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8888,
    show_default=True,
    help="Where the browser comes back to; registered in the app.",
)
@stack_option
def authorize(secret: str | None, write: bool, port: int, stack: str | None) -> None:
    """Consent in the browser, twice a year, to reading your playlists.

    The refresh token is kept in .env, with --stack in that stack's secret on AWS; it is never printed.

    \b
    Example: top50 authorize --stack spotify-top50
    """
    from top50.settings import read_settings
    from top50.spotify.authorize import authorize as ask_for_consent
    from top50.spotify.stores import find_store

    store = find_store(secret, stack)
    try:
        ask_for_consent(read_settings(), store, port, webbrowser.open, partial(click.echo, nl=False), to_change=write)
    except KeyboardInterrupt:
        from top50.errors import StoppedError

        raise StoppedError("Stopped; nothing was stored.") from None
