"""How results look on a terminal: what runs did, the checks, progress."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from top50.athena import ask, count_rows
from top50.pipeline import Execution, span, stages
from top50.runs import Totals
from top50.stack import Stack

TOP10 = Path(__file__).with_name("top10.sql")

# Counts something that is done, of so many; the total may be unknown.
Advance = Callable[[int, int | None], object]


def console() -> Console:
    """The terminal, which prints text as it is: names may look like markup."""
    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def can_ask() -> bool:
    """Whether a person sits there who can be asked."""
    return sys.stdin.isatty()


def show_top10(out: Console, stack: Stack) -> None:
    """Print a question in SQL and Athena's answer: the newest ten of Global, and how they moved."""
    sql = TOP10.read_text(encoding="utf-8")
    answer = ask(stack, sql)
    table = Table(box=None, padding=(0, 2, 0, 0), width=min(out.width, 100))
    for name in answer.columns:
        is_long = name in ("song", "artists")
        table.add_column(name, no_wrap=True, ratio=1 if is_long else None, min_width=None if is_long else len(name))
    for row in answer.rows:
        table.add_row(*[escape(value or "") for value in row])
    out.print(sql, style="dim")
    out.print(drawn(table))


def show_rows(out: Console, stack: Stack) -> None:
    """Print how many rows Athena counts in each table, and over how many dates."""
    counts = count_rows(stack)
    rows = ", ".join(f"{counted:,} {table}" for table, (counted, _dates) in counts.items())
    out.print(f"\nrows     {rows}; {count(counts['chart_entry'][1], 'date')}")


def show_totals(out: Console, totals: Totals) -> None:
    """Print what runs did together, and their checks."""
    spread = f" ({span(totals.dates[0], totals.dates[-1])})" if totals.dates else ""
    rows = ", ".join(f"{count:,} {table}" for table, count in totals.rows.items())
    out.print(f"files    {totals.files_read:,} read, {totals.files_quarantined:,} refused")
    out.print(f"dates    {len(totals.dates):,} rewritten{spread}")
    out.print(f"rows     {rows or 'none'}")
    if totals.checks:
        show_checks(out, totals.checks["checks"])


def show_checks(out: Console, results: Iterable[Mapping[str, Any]]) -> None:
    """Print one line for all checks that passed, and each that failed with its first rows."""
    results = list(results)
    failed = [result for result in results if not result["passed"]]
    out.print(f"checks   {len(results) - len(failed)} passed, {len(failed)} failed")
    for result in failed:
        out.print(f"  failed: {result['name']}, {count(result['rows'], 'row')}, such as", style="bold red")
        for row in result["sample"]:
            out.print(f"    {row}")


def show_seconds(out: Console, stack: Stack, extract: float, executions: Iterable[Execution]) -> None:
    """Print how long each stage took, over all executions."""
    spent = Counter({"extract": extract})
    for execution in executions:
        spent.update(stages(stack, execution).seconds)
    out.print("seconds  " + ", ".join(f"{stage} {took:.0f}" for stage, took in spent.items()))


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """See ProgressColumn."""
        return Text(f"{task.speed:,.1f}/s" if task.speed else "")


@contextmanager
def progress(out: Console, what: str) -> Iterator[Advance]:
    """A bar with the rate and the time that is left, gone when the context ends; nothing where no terminal is."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def drawn(table: Table, width: int | None = None) -> str:
    """A table as text, without spaces at the ends of its lines."""
    console = Console(width=width or table.width)
    with console.capture() as written:
        console.print(table)
    return "\n".join(line.rstrip() for line in written.get().splitlines())


def count(things: Iterable[object] | int, name: str) -> str:
    """How many things, in words: 1 file, 2,000 files."""
    number = things if isinstance(things, int) else len(list(things))
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def printable(word: str) -> str:
    """A file's name on one line: it may hold line breaks, and codes for a terminal."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in word)
