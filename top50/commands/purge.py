"""``top50 purge``."""

from typing import TYPE_CHECKING

import click

from top50.cli import CHART_DATE, stack_option

if TYPE_CHECKING:
    from rich.console import Console

    from top50.purge.plan import Plan, Selection
    from top50.target import Target

NOTHING = "Nothing to remove: the lake has no {}."


@click.command()
@click.option("--before", type=CHART_DATE, help="All dates before this one.")
@click.option("--date", "day", type=CHART_DATE, help="This date only.")
@click.option("--chart", help="This chart only, such as us-daily.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@stack_option
def purge(before: str | None, day: str | None, chart: str | None, yes: bool, stack: str | None) -> None:
    """Remove dates or a chart for good: their raw files with every version, and their rows in all tables.

    It shows what would go, and asks. Dates that keep other charts are rebuilt without the chart. It can be stopped and
    called again.

    \b
    Examples: top50 purge --before 2026-01-01 --stack spotify-top50
              top50 purge --chart us-daily --date 2026-11-19
    """
    from top50.errors import StoppedError
    from top50.lakes import last_lake
    from top50.purge.objects import dates_in
    from top50.purge.plan import Selection
    from top50.show import console
    from top50.target import open_target

    if not (before or day or chart):
        raise click.UsageError("Say what to remove: --before, --date or --chart.")
    if before and day:
        raise click.UsageError("Give --before or --date, not both.")
    selection = Selection(before, day, chart)
    if not (stack or chart) and not any(map(selection.has, dates_in(last_lake()))):
        console().print(f"{last_lake().place}\n{NOTHING.format(selection)}")
        return
    try:
        with open_target(stack) as target:
            _purge(console(), target, selection, yes=yes)
    except KeyboardInterrupt:
        raise StoppedError("Stopped. The same command goes on from here.") from None


def _purge(out: "Console", target: "Target", selection: "Selection", *, yes: bool) -> None:
    """Show, ask, remove, rebuild, and check what is left."""
    from rich.progress import Progress

    from top50.errors import RefusedError
    from top50.purge.catalog import remove_partitions
    from top50.purge.objects import remove
    from top50.purge.plan import make_plan, older_versions, refuse_unknown_chart
    from top50.show import can_ask

    stack = target.stack
    s3 = stack.client("s3")
    out.print(stack.place)
    plan = make_plan(stack, selection)
    if plan.is_empty:
        if selection.chart:
            refuse_unknown_chart(stack, selection.chart)
        out.print(NOTHING.format(selection))
        return
    out.print(_account(plan))
    plan.refuse_while_at_work(stack)
    if not yes:
        if not can_ask():
            raise RefusedError("nothing was removed: nobody can be asked here. To agree: --yes")
        if not click.confirm(f"Remove {selection} for good?"):
            raise RefusedError("nothing was removed")
        # Nobody knows how long the question stood there.
        plan.refuse_while_at_work(stack)
        if set(make_plan(stack, selection).versions) != set(plan.versions):
            raise RefusedError(
                "nothing was removed: these dates have changed meanwhile. The same command shows them anew"
            )
    for key, content in plan.bundles.items():
        s3.put_object(Bucket=target.bucket, Key=key, Body=content)
    with Progress(console=out, transient=True, disable=not out.is_terminal) as progress:
        task = progress.add_task("removing", total=len(plan.versions))
        remove(s3, target.bucket, plan.versions, lambda count: progress.advance(task, count))
    # Last: a crawl in between would find the files that are still there, and make them anew.
    remove_partitions(stack, plan.partitions)
    if plan.rebuilt:
        _rebuild(out, target, plan)
        remove(s3, target.bucket, older_versions(stack, plan.rebuilt), lambda _count: None)
    out.print(f"Removed: {selection}.")
    if not plan.rebuilt:
        _check(out, target)


def _account(plan: "Plan") -> str:
    from top50.pipeline import span
    from top50.purge.objects import LAKE, RAW
    from top50.show import count

    charts = sorted({version.chart for version in plan.versions if version.chart})
    hidden = sum(not version.is_shown for version in plan.versions)
    lines = [
        f"dates    {len(plan.dates):,}, {span(plan.dates[0], plan.dates[-1])}",
        f"charts   {', '.join(charts) or 'none'}",
    ]
    for name, prefix in (("raw", RAW), ("lake", LAKE)):
        shown = [version for version in plan.versions if version.key.startswith(prefix) and version.is_shown]
        if shown:
            lines.append(f"{name:<8} {count(shown, 'object')}")
    lines.append(f"versions {hidden:,} older or marked as deleted, also in staging/")
    lines.append(f"size     {sum(version.size for version in plan.versions) / 1e6:,.1f} MB with all versions")
    if plan.partitions:
        lines.append(f"catalog  {count(sum(map(len, plan.partitions.values())), 'partition')}")
    if plan.bundles:
        lines.append(f"bundles  {count(plan.bundles, 'bundle')} written anew, without the chart")
    if plan.rebuilt:
        rebuilt = count(plan.rebuilt, "date")
        lines.append(f"rebuild  {rebuilt} without the rows of {plan.selection.chart}; the other charts stay")
    return "\n".join(lines)


def _rebuild(out: "Console", target: "Target", plan: "Plan") -> None:
    from top50.pipeline import start_rebuild, stop_on_failure
    from top50.runs import read_run, totals
    from top50.show import show_totals

    drops = [(day, str(plan.selection.chart)) for day in plan.rebuilt]
    execution = start_rebuild(target.stack, plan.rebuilt[0], plan.rebuilt[-1], drops)
    with out.status("rebuild") as status:
        ended = target.wait_for(execution, lambda stage: status.update(f"rebuild: {stage}"))
    show_totals(out, totals([read_run(target.stack, execution.name)]))
    stop_on_failure([ended])


def _check(out: "Console", target: "Target") -> None:
    from top50.errors import FailedError
    from top50.show import show_checks

    try:
        show_checks(out, target.stack.invoke("CheckFunction", {})["checks"])
    except FailedError as error:
        raise FailedError(f"The dates are removed; the checks of what is left say: {error}") from None
