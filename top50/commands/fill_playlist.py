"""``top50 fill-playlist``."""

from functools import partial
from pathlib import Path

import click


@click.command("fill-playlist")
@click.argument("playlist")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--size", type=click.IntRange(1), default=50, show_default=True, help="How many songs of a CSV.")
@click.option("--apply", is_flag=True, help="Change it without asking.")
def fill_playlist(playlist: str, file: Path, size: int, apply: bool) -> None:
    """Put the songs of a chart into a playlist of yours, in place of what it holds.

    PLAYLIST is its id, URI or URL. FILE is a chart's CSV, or a text with a track's URI, URL or id on each line. The
    changes are shown first. You must have consented to changes: top50 authorize --write.

    \b
    Example: top50 fill-playlist https://open.spotify.com/playlist/... regional-global-daily-2026-11-21.csv
    """
    from top50.settings import read_settings
    from top50.show import can_ask
    from top50.spotify.fill_playlist import open_playlist, run
    from top50.spotify.track_list import read_songs

    def agrees() -> bool:
        return apply or (can_ask() and click.confirm("Change it?"))

    songs = read_songs(file, size)
    try:
        spotify, own, policy = open_playlist(playlist, read_settings())
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="PLAYLIST") from None
    run(spotify, own, songs, policy, agrees, partial(click.echo, nl=False))
