"""``make backfill DIR=...``: older raw files into the lake used last, or with STACK= into that stack's on AWS.

A dry run unless APPLY=1. Then the pipeline runs to its end, and rows and checks are shown.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from botocore.exceptions import BotoCoreError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from local_cloud.backfill.judge import DEFAULT_CHART
from local_cloud.backfill.plan import Plan, Source, held_by, make_plan
from local_cloud.backfill.send import send
from local_cloud.backfill.summary import count, summary, unseen
from local_cloud.commands.demo import stop_on_failure
from local_cloud.commands.report import show_outcome
from local_cloud.commands.target import Target, open_target
from transform import CHART_NAME, LocalStore, TransformError, open_store


def main(argv: Sequence[str]) -> None:
    """Show what the folder holds and, when asked to, bring it in; exit with what is wrong."""
    parser = argparse.ArgumentParser(prog="make backfill", allow_abbrev=False)
    parser.add_argument("--dir", required=True, help="a folder, or s3://bucket/prefix")
    parser.add_argument("--chart", default=DEFAULT_CHART, help="the chart of files that do not name theirs")
    parser.add_argument("--stack", help="on AWS, in the account and region of your credentials")
    parser.add_argument("--apply", action="store_true", help="do it")
    args = parser.parse_args(argv)
    if not CHART_NAME.fullmatch(args.chart):
        parser.error(f"CHART={args.chart} is no name for a chart: letters, digits, - and _, at most 64")
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        # Before the target: a local cloud turns this process's AWS settings to itself.
        source = open_source(args.dir)
        with open_target(args.stack, keep=args.apply) as target:
            run(console, source, target, args.chart, apply=args.apply)
    except KeyboardInterrupt:
        raise SystemExit("\nbroken off: the same command goes on where this one ended") from None
    except (TransformError, BotoCoreError) as error:
        raise SystemExit(f"{args.dir} cannot be read: {error}") from None
    except PermissionError as error:
        # A folder below DIR, or the lake's own.
        raise SystemExit(f"{error.filename}: {error.strerror}; give yourself the right to it") from None


def open_source(name: str) -> Source:
    """The place of the older files; ends the program when there is no such folder."""
    if not name:
        raise SystemExit("say where the older files are: make backfill DIR=<folder, or s3://bucket/prefix>")
    store = open_store(name if "://" in name else str(Path(name).expanduser()))
    if isinstance(store, LocalStore) and not store.root.is_dir():
        raise SystemExit(f"there is no folder {store.root}: name one by DIR=, or an s3:// prefix")
    return store


def run(console: Console, source: Source, target: Target, chart: str, *, apply: bool) -> None:
    """Judge, show, send, wait. Refused files end it badly, once all others have been brought in."""
    s3 = target.stack.client("s3")
    held = held_by(s3, target.bucket)
    with _progress(console, "reading") as advance:
        plan = make_plan(source, chart, held, advance)
    console.print(summary(plan, held))
    if note := unseen(plan, target.stack.outputs.get("ProjectionFrom", "")):
        console.print(note)
    if not apply:
        console.print(_advice(plan))
        return
    with _progress(console, "sending") as advance:
        changed = send(source, plan.new, chart, s3, target.bucket, advance)
    if plan.new or held.some_wait:
        with console.status("the pipeline") as status:
            executions = target.wait(lambda what: status.update(f"the pipeline: {what}"))
        show_outcome(console, target.stack, executions)
        stop_on_failure(executions)
    if failed := [*plan.refused, *changed]:
        raise SystemExit(f"{count(failed, 'file')} not brought in, see above; the others are")


def _advice(plan: Plan) -> str:
    if plan.new:
        return "Nothing was changed. To bring them in: the same command with APPLY=1"
    return "Nothing to bring in."


@contextmanager
def _progress(console: Console, what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


if __name__ == "__main__":
    main(sys.argv[1:])
