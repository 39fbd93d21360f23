"""``top50 reprocess``."""

import click

from top50.cli import CHART_DATE, stack_option


@click.command()
@click.option("--from", "first", type=CHART_DATE, required=True, help="The first date.")
@click.option("--to", "last", type=CHART_DATE, required=True, help="The last date, included.")
@stack_option
def reprocess(first: str, last: str, stack: str | None) -> None:
    """Rebuild dates of the lake from the raw files that are kept.

    The pipeline does it, so catalog and checks follow. Ctrl-C ends the waiting; on AWS the pipeline goes on.

    \b
    Example: top50 reprocess --from 2026-11-01 --to 2026-11-22 --stack spotify-top50
    """
    from top50.lakes import last_lake
    from top50.pipeline import no_raw_files, start_rebuild, stop_on_failure
    from top50.purge.objects import dates_in
    from top50.runs import read_run, totals
    from top50.show import console, show_totals
    from top50.target import open_target

    if first > last:
        raise click.BadParameter(f"{first} is after --to {last}.", param_hint="--from")
    if not stack and not any(first <= day <= last for day in dates_in(last_lake())):
        raise no_raw_files(first, last)
    out = console()
    with open_target(stack) as target:
        out.print(target.stack.place)
        execution = start_rebuild(target.stack, first, last)
        out.print(f"execution {execution.name}")
        with out.status("start") as status:
            ended = target.wait_for(execution, status.update)
        stop_on_failure([ended])
        show_totals(out, totals([read_run(target.stack, execution.name)]))
