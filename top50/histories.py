"""What ``backfill`` and ``import`` share: many files at a time, what was found in words, and the pipeline's end."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from top50.runs import Totals, read_run, totals
from top50.show import count, printable, show_totals

if TYPE_CHECKING:
    from top50.pipeline import Execution
    from top50.target import Target

# Files in work at a time: what waits is the disk or S3.
AT_ONCE = 8
# Of a list that may be long, so many are named.
NAMED = 3
# Charts of the same dates.
NAMES = 20

Item = TypeVar("Item")
Result = TypeVar("Result")


def at_once(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """The results in order, some items in work at a time and few more taken; broken off, it begins no other."""
    pool = ThreadPoolExecutor(AT_ONCE)
    begun = deque[Future[Result]]()
    try:
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > 2 * AT_ONCE:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def found(charts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for all charts of the same dates: how many dates, and which are missing between them."""
    dates: dict[str, set[str]] = {}
    for name, day in charts:
        dates.setdefault(name, set()).add(day)
    if not dates:
        yield "found    no chart"
    alike: dict[frozenset[str], list[str]] = {}
    for name, days in sorted(dates.items()):
        alike.setdefault(frozenset(days), []).append(name)
    for alike_days, names in alike.items():
        first, last = min(alike_days), max(alike_days)
        spread = f"{count(alike_days, 'date')}, {first} to {last}{_gaps(alike_days)}" if first < last else first
        yield f"found    {', '.join(names) if len(names) <= NAMES else some(names)}: {spread}"


def _gaps(days: frozenset[str]) -> str:
    present = sorted(map(date.fromisoformat, days))
    # Of a weekly chart, only weeks can be missing.
    step = 1 if any((day - present[0]).days % 7 for day in present) else 7
    between = (present[-1] - present[0]).days // step + 1
    if between == len(days):
        return ""
    due = (str(present[0] + timedelta(days=number * step)) for number in range(between))
    return f"; without {between - len(days):,} between them: {some([day for day in due if day not in days])}"


def unseen(dates: Iterable[str], first: str) -> str:
    """What to know of dates before ``first``, a stack's ProjectionFrom; nothing where there are none."""
    older = {day for day in dates if day < first}
    if not older:
        return ""
    return (
        f"unseen   {count(older, 'date')} before ProjectionFrom {first}: no query would see them, and the checks would "
        f"fail. Deploy the stack with ProjectionFrom {min(older)} first"
    )


def some(words: Sequence[str]) -> str:
    """The first few words of a list, each on one line: a file's name may hold line breaks, and codes for a terminal."""
    return ", ".join(printable(word) for word in words[:NAMED]) + (
        f" and {len(words) - NAMED:,} more" if len(words) > NAMED else ""
    )


def load(out: Console, target: "Target") -> tuple[Totals, "list[Execution]"]:
    """Wait until the pipeline has loaded what has landed, and print what it did."""
    with out.status("the pipeline") as status:
        executions = target.wait(lambda what: status.update(f"the pipeline: {what}"))
    done = totals(read_run(target.stack, execution.name) for execution in executions)
    show_totals(out, done)
    return done, executions
