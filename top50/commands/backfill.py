"""``top50 backfill``."""

from typing import TYPE_CHECKING

import click

from top50.cli import stack_option

if TYPE_CHECKING:
    from rich.console import Console

    from top50.backfill.plan import Source
    from top50.target import Target


@click.command()
@click.argument("folder")
@click.option("--chart", default="global", show_default=True, help="The chart of files that do not name theirs.")
@click.option("--apply", is_flag=True, help="Do it; without, nothing is changed.")
@stack_option
def backfill(folder: str, chart: str, apply: bool, stack: str | None) -> None:
    """Bring in a history of raw files that this project or an older one landed.

    FOLDER is a folder with all below it, or s3://bucket/prefix. Each file is judged as the Glue job will judge it. It
    can be stopped and called again: what the bucket holds is not sent twice. With --apply the exit code is 1 when a
    file was refused, after all others have been brought in.

    \b
    Example: top50 backfill ~/old_charts --apply
    """
    from pathlib import Path

    from chart_transform.errors import TransformError
    from chart_transform.keys import CHART_NAME
    from chart_transform.stores.local import LocalStore
    from chart_transform.stores.places import open_store
    from top50.errors import RefusedError, StoppedError
    from top50.show import console
    from top50.target import open_target

    if not CHART_NAME.fullmatch(chart):
        raise click.BadParameter(
            f"{chart} is not a name for a chart: letters, digits, - and _, at most 64.", param_hint="--chart"
        )
    if not folder:
        raise click.BadParameter("it is empty.", param_hint="FOLDER")
    try:
        # Before the target: a local cloud turns this process's AWS settings to itself.
        source = open_store(folder if "://" in folder else str(Path(folder).expanduser()))
        if isinstance(source, LocalStore) and not source.root.is_dir():
            raise click.BadParameter(f"there is no folder {source.root}.", param_hint="FOLDER")
        with open_target(stack, keep=apply) as target:
            _run(console(), source, target, chart, apply=apply)
    except KeyboardInterrupt:
        raise StoppedError("Stopped. The same command goes on from here.") from None
    except TransformError as error:
        raise RefusedError(f"{folder} cannot be read: {error}") from None
    except PermissionError as error:
        raise RefusedError(f"{error.filename}: {error.strerror}. Give yourself the right to read it") from None


def _run(out: "Console", source: "Source", target: "Target", chart: str, *, apply: bool) -> None:
    """Judge, show, send, wait. Refused files end it badly, once all others have been brought in."""
    from top50.backfill.plan import held_by, make_plan
    from top50.backfill.send import send
    from top50.backfill.summary import planned, summary
    from top50.errors import FailedError
    from top50.histories import load, unseen
    from top50.pipeline import stop_on_failure
    from top50.show import count, progress

    s3 = target.stack.client("s3")
    out.print(target.stack.place)
    held = held_by(s3, target.bucket)
    with progress(out, "reading") as advance:
        plan = make_plan(source, chart, held, advance)
    if not apply:
        out.print(planned(plan), end="")
    out.print(summary(plan, held))
    if note := unseen((chart.chart_date for chart in plan.new), target.stack.outputs.get("ProjectionFrom", "")):
        out.print(note)
    if not apply:
        out.print(
            "Nothing was changed. To bring them in: the same command with --apply"
            if plan.new
            else "Nothing to bring in."
        )
        return
    with progress(out, "sending") as advance:
        changed = send(source, plan.new, chart, s3, target.bucket, advance)
    out.print(f"sent     {count(len(plan.new) - len(changed), 'file')}")
    if plan.new or held.some_wait:
        done, executions = load(out, target)
        if done.files_read > len(plan.new) - len(changed):
            out.print("The files read include those of the same dates that were there before.")
        stop_on_failure(executions)
    if failed := [*plan.refused, *changed]:
        raise FailedError(f"{count(failed, 'file')} refused, for the reasons above. All others were brought in")
