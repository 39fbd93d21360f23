"""``make purge BEFORE=...``: remove all dates before one, from the lake used last or with STACK= from that on AWS."""

import argparse
import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.progress import Progress

from local_cloud.cloud import InvocationError
from local_cloud.commands.report import show_checks
from local_cloud.commands.target import Target, open_target
from local_cloud.purge.catalog import partitions_before, remove_partitions
from local_cloud.purge.objects import LAKE, RAW, PurgeError, Version, remove, versions_before
from local_cloud.queries import QueryError
from transform import is_date


def main(argv: Sequence[str]) -> None:
    """Show what would go, ask, remove it, and check what is left."""
    parser = argparse.ArgumentParser(prog="make purge", allow_abbrev=False)
    parser.add_argument("--before", required=True, help="the first date that stays")
    parser.add_argument("--stack", help="on AWS, in the account and region of your credentials")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    args = parser.parse_args(argv)
    if not is_date(args.before):
        raise SystemExit(f"BEFORE={args.before} is no date: write the first date that stays, BEFORE=2026-01-01")
    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        with open_target(args.stack) as target:
            purge(console, target, args.before, yes=args.yes)
    except KeyboardInterrupt:
        raise SystemExit("\nbroken off: the same command goes on where this one ended") from None
    except (PurgeError, QueryError) as error:
        raise SystemExit(str(error)) from None


def purge(console: Console, target: Target, before: str, *, yes: bool) -> None:
    """Remove what there is of the dates before ``before``, when a person agrees, and check the lake."""
    target.fill_catalog()
    s3 = target.stack.client("s3")
    versions = versions_before(s3, target.bucket, before)
    partitions = partitions_before(target.stack, before)
    if not versions and not partitions:
        console.print(f"There is nothing of dates before {before}.")
        return
    console.print(_account(versions, partitions))
    _refuse_while_at_work(target, versions)
    if not yes:
        _ask(before)
        # Nobody knows how long the question stood there.
        _refuse_while_at_work(target, versions)
        if set(versions_before(s3, target.bucket, before)) != set(versions):
            raise PurgeError(
                "nothing was removed: these dates have changed meanwhile; the same command shows them anew"
            )
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("removing", total=len(versions))
        remove(s3, target.bucket, versions, lambda count: progress.advance(task, count))
    # Last: a crawl in between would find the files that are still there, and make them anew.
    remove_partitions(target.stack, partitions)
    console.print(f"Removed. Nothing of dates before {before} is left.")
    try:
        show_checks(console, target.invoke("CheckFunction", {})["checks"])
    except InvocationError as error:
        raise SystemExit(f"The dates are removed, and the checks of what is left say: {error}") from None


def _account(versions: Sequence[Version], partitions: Mapping[str, Sequence[str]]) -> str:
    dates = sorted({version.chart_date for version in versions} | {day for days in partitions.values() for day in days})
    charts = sorted({version.chart for version in versions if version.chart})
    older = sum(not version.is_latest or version.is_marker for version in versions)
    lines = [f"dates    {len(dates):,}, {dates[0]} to {dates[-1]}", f"charts   {', '.join(charts) or 'none'}"]
    for name, prefix in (("raw", RAW), ("lake", LAKE)):
        shown = [it for it in versions if it.key.startswith(prefix) and it.is_latest and not it.is_marker]
        lines.append(f"{name:<8} {len(shown):,} objects")
    lines.append(f"versions {older:,} older ones and deletion markers, of staging/ too")
    lines.append(f"size     {sum(version.size for version in versions) / 1e6:,.1f} MB with all versions")
    lines.append(f"catalog  {sum(map(len, partitions.values())):,} partitions")
    return "\n".join(lines)


def _refuse_while_at_work(target: Target, versions: Sequence[Version]) -> None:
    """A run that reads these files now would write their dates again."""
    client = target.stack.client("stepfunctions")
    running = client.list_executions(stateMachineArn=target.stack.outputs["Pipeline"], statusFilter="RUNNING")
    if running["executions"]:
        name = running["executions"][0]["name"]
        raise PurgeError(f"nothing was removed: execution {name} is running; wait until it has ended (make status)")
    waiting = [version.key for version in versions if version.waits]
    if waiting:
        raise PurgeError(
            f"nothing was removed: files of these dates wait for the pipeline ({len(waiting)}), such as {waiting[0]}; "
            "let it run, or take them away"
        )


def _ask(before: str) -> None:
    if not sys.stdin.isatty():
        raise PurgeError("nothing was removed: nobody can be asked here, so say YES=1")
    answer = input(f"Remove all of this for good? Nothing brings it back. Type {before} or yes: ").strip()
    if answer not in (before, "yes"):
        raise PurgeError("nothing was removed")


if __name__ == "__main__":
    main(sys.argv[1:])
