"""``top50 report``."""

import webbrowser
from pathlib import Path

import click

from top50.cli import stack_option


@click.command()
@click.option("--chart", help="Which chart.  [default: global, or else the first]")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
@click.option("--open", "show", is_flag=True, help="Open it in the browser.")
@stack_option
def report(chart: str | None, out: Path | None, show: bool, stack: str | None) -> None:
    """Write one HTML file about a chart, which opens with no network.

    The latest chart, a bump chart of the last 30 dates, debuts and exits, artists, charts compared, freshness, checks.
    It is written to report.html in the lake's folder, or for a stack in this folder.

    \b
    Example: top50 report --chart us --open
    """
    from top50.lakes import last_lake
    from top50.paths import shown
    from top50.report import NAME, write_report
    from top50.target import open_for_questions

    folder = Path() if stack else last_lake().folder
    with open_for_questions(stack) as asked:
        click.echo(asked.place, err=True)
        file = write_report(asked, chart, out or folder / NAME)
    click.echo(shown(file))
    if show:
        webbrowser.open(file.absolute().as_uri())
