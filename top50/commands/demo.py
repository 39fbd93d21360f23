"""``top50 demo``."""

from datetime import date

import click

from top50.cli import CHART_DATE


@click.command()
@click.option("--date", "last", type=CHART_DATE, help="The last day; today by default.")
@click.option(
    "--catalog",
    type=click.Choice(["crawler", "projection"]),
    default="crawler",
    show_default=True,
    help="The stack's CatalogMode.",
)
@click.option("--yes", is_flag=True, help="Replace the last demo's lake without asking.")
@click.option("--cloud", "cloud_url", metavar="URL", help="Run in the local cloud at this address, as `make up` does.")
@click.option("--spotify", "spotify_url", metavar="URL", help="The stand-in for Spotify of that cloud.")
def demo(last: str | None, catalog: str, yes: bool, cloud_url: str | None, spotify_url: str | None) -> None:
    """Run the whole pipeline on this machine, with invented charts.

    It needs no account. A stand-in for Spotify is read for 13 days in one batch and for today by itself. The lake stays
    for `top50 sql` and the other commands until the next demo replaces it.

    \b
    Example: top50 demo --catalog projection
    """
    from top50 import demo as charts
    from top50.show import console

    days = charts.days_until(date.fromisoformat(last) if last else None)
    if cloud_url and spotify_url:
        charts.in_running_cloud(console(), cloud_url, spotify_url, days)
    elif cloud_url or spotify_url:
        raise click.UsageError("--cloud and --spotify go together.")
    else:
        charts.on_this_machine(console(), days, catalog, yes=yes)
