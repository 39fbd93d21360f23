"""What a purge removes: all of some dates, or one chart of them; and what it rebuilds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from top50.athena import ask
from top50.errors import QueryError, RefusedError
from top50.pipeline import refuse_while_running
from top50.purge.bundles import holding, rewritten
from top50.purge.catalog import partitions
from top50.purge.objects import LAKE, PROCESSED, RAW, STAGING, Version, date_of, versions
from top50.stack import Stack


@dataclass(frozen=True)
class Selection:
    """Which dates (all before one, a single one, or all), and which chart of them (or all)."""

    before: str | None = None
    date: str | None = None
    chart: str | None = None

    def has(self, chart_date: str) -> bool:
        """Whether a date is selected."""
        return (self.before is None or chart_date < self.before) and self.date in (None, chart_date)

    def __str__(self) -> str:
        """In words, such as ``us-daily of 2026-11-19``."""
        dates = f"dates before {self.before}" if self.before else self.date or "all dates"
        return f"{self.chart} of {dates}" if self.chart else dates


@dataclass(frozen=True)
class Plan:
    """Versions and partitions to remove; ``rebuilt`` are the dates that keep other charts.

    ``bundles`` come first, by key: what stays of those that hold the chart beside others.
    """

    selection: Selection
    versions: Sequence[Version]
    partitions: Mapping[str, Sequence[str]]
    rebuilt: Sequence[str]
    bundles: Mapping[str, bytes]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.versions and not self.partitions and not self.rebuilt

    @property
    def dates(self) -> list[str]:
        """All dates that change, in order."""
        of_partitions = {day for days in self.partitions.values() for day in days}
        return sorted({version.chart_date for version in self.versions} | of_partitions | set(self.rebuilt))

    def refuse_while_at_work(self, stack: Stack) -> None:
        """RefusedError while the pipeline works: a run that reads these files now would write their dates again."""
        refuse_while_running(stack, "nothing was removed: it would write these dates again")
        waiting = [version.key for version in self.versions if version.waits]
        if waiting:
            raise RefusedError(
                f"nothing was removed: some of these files wait for the pipeline, such as {waiting[0]}. Let it process "
                "them, or delete them"
            )


def make_plan(stack: Stack, selection: Selection) -> Plan:
    """List what the bucket and the catalog hold of the selection."""
    s3, bucket = stack.client("s3"), stack.output("DataBucket")
    raw = list(versions(s3, bucket, RAW, selection.has))
    removed: Callable[[str], bool] = selection.has
    chosen, rebuilt, rest = raw, list[str](), dict[str, bytes]()
    if selection.chart is not None:
        bundles = holding(s3, bucket, [it for it in raw if it.is_bundle and not it.is_marker], selection.chart)
        keys, rest = {bundle.key for bundle in bundles}, rewritten(bundles)
        chosen = [version for version in raw if version.chart == selection.chart or version.key in keys]
        kept = {it.chart_date for it in raw if it.is_shown and it.key.startswith(PROCESSED) and it not in chosen}
        kept |= {str(date_of(key)) for key in rest}
        dates = {version.chart_date for version in chosen} | _loaded_dates(stack, selection)
        rebuilt = sorted(dates & kept)
        removed = (dates - kept).__contains__
    lake = [version for prefix in (LAKE, STAGING) for version in versions(s3, bucket, prefix, removed)]
    return Plan(selection, [*chosen, *lake], partitions(stack, removed), rebuilt, rest)


def refuse_unknown_chart(stack: Stack, chart: str) -> None:
    """RefusedError with the lake's charts when it has none of that name."""
    rows = ask(stack, "SELECT DISTINCT chart FROM chart_load ORDER BY chart").rows
    known = [str(name) for [name] in rows]
    if chart not in known:
        close = get_close_matches(chart, known, n=1)
        raise RefusedError(
            f"nothing was removed: there is no chart {chart}. "
            + (f"Did you mean {close[0]}? " if close else "")
            + f"The charts are: {', '.join(known) or 'none'}"
        )


def _loaded_dates(stack: Stack, selection: Selection) -> set[str]:
    """The dates on which the tables have the chart: its raw files may be gone, after a purge that was killed."""
    try:
        rows = ask(stack, "SELECT DISTINCT chart_date FROM chart_load WHERE chart = ?", str(selection.chart)).rows
    except QueryError as error:
        raise RefusedError(
            f"nothing was removed: Athena cannot say on which dates the chart is loaded: {error}"
        ) from None
    return {day for [day] in rows if day and selection.has(day)}


def older_versions(stack: Stack, dates: Sequence[str]) -> list[Version]:
    """What nobody sees of these dates' tables: the rows before a rebuild."""
    s3, bucket = stack.client("s3"), stack.output("DataBucket")
    found = [it for prefix in (LAKE, STAGING) for it in versions(s3, bucket, prefix, set(dates).__contains__)]
    return [version for version in found if not version.is_shown]
