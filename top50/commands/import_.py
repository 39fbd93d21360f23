"""``top50 import``."""

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from top50.cli import CHART_DATE, stack_option

if TYPE_CHECKING:
    from rich.console import Console

    from top50.imports.records import NotTaken, Recording, Wanted


@click.command("import")
@click.argument("source", metavar="FILE|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option("--from", "first", type=CHART_DATE, default="0001-01-01", help="The first date.")
@click.option("--to", "last", type=CHART_DATE, default="9999-12-31", help="The last date, included.")
@click.option("--charts", default="", help="These charts only, such as us-daily,global.")
@click.option("--size", type=click.IntRange(1, 200), help="So many places of each chart; without, all.")
@click.option("--apply", is_flag=True, help="Do it; without, nothing is changed.")
@stack_option
def import_(source: Path, first: str, last: str, charts: str, size: int | None, apply: bool, stack: str | None) -> None:
    """Bring in charts that others recorded.

    Recognised by contents: chart CSVs of charts.spotify.com and of the older spotifycharts.com (a file, or a folder of
    thousands), Kaggle's charts.csv and universal_top_spotify_songs.csv, and a clone of the playlist archive. Whose data
    it is, and what you may do with it, is for you to find out: see docs/history.md.

    It can be stopped and called again: what has landed is not sent twice. With --apply the exit code is 1 when a chart
    was refused, after all others have been brought in.

    \b
    Example: top50 import ~/Downloads/charts.csv --charts us-daily,global-daily --apply
    """
    from top50.errors import StoppedError
    from top50.imports.recordings import recordings
    from top50.imports.records import NotTaken, Wanted
    from top50.show import console

    if first > last:
        raise click.BadParameter(f"{first} is after --to {last}.", param_hint="--from")
    wanted = Wanted(first, last, frozenset(filter(None, (name.strip() for name in charts.split(",")))), size)
    not_taken = NotTaken()
    try:
        found = recordings(source, not_taken)
        _run(console(), found, wanted, not_taken, stack, apply=apply)
    except KeyboardInterrupt:
        raise StoppedError("Stopped. The same command goes on from here.") from None


def _run(
    out: "Console", found: "list[Recording]", wanted: "Wanted", not_taken: "NotTaken", stack: str | None, *, apply: bool
) -> None:
    """Bring them in, and wait for the pipeline: on AWS it begins at once, a local one when all has landed."""
    from top50.errors import FailedError
    from top50.histories import load
    from top50.imports.landing import in_aws, in_lake, land
    from top50.imports.summary import summary
    from top50.lakes import last_lake
    from top50.pipeline import stop_on_failure
    from top50.target import open_target

    with open_target(stack) if stack else nullcontext() as on_aws:
        with in_aws(on_aws) if on_aws else in_lake(last_lake()) as bucket:
            out.print(bucket.place)
            landed = land(out, found, wanted, not_taken, bucket, apply=apply)
        out.print(summary(landed, not_taken))
        if not apply:
            new = "Nothing was changed. To bring them in: the same command with --apply"
            out.print(new if landed.new else "Nothing to bring in.")
            return
        if landed.new or bucket.some_wait:
            with nullcontext(on_aws) if on_aws else open_target(None) as target:
                _totals, executions = load(out, target)
            stop_on_failure(executions)
    if refused := sum(map(len, not_taken.refused.values())):
        raise FailedError(f"{refused:,} refused, for the reasons above. All others were brought in")
