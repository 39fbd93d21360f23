"""What a person reads before and after a backfill."""

from collections.abc import Iterable, Iterator, Sequence

from top50.backfill.judge import Chart, LeftAside, Refused
from top50.backfill.plan import Held, Plan
from top50.histories import found, some
from top50.show import count, printable

# Of a list that may be long, so many are named.
REASONS = 20


def summary(plan: Plan, held: Held) -> str:
    """Charts and dates found, with their gaps; what is new; what is not sent, and why."""
    lines = [
        *found((it.chart, it.chart_date) for it in plan.charts),
        _size(plan.new),
        *_known(plan),
        *_outdone(plan, held),
        *_aged(plan.charts),
    ]
    return "\n".join([*lines, *_refused(plan.refused), *_aside(plan.aside)])


def planned(plan: Plan) -> str:
    """Which new file becomes which chart of which date, a line each."""
    return "".join(f"  {it.chart} {it.chart_date}  {printable(it.file.key)}\n" for it in plan.new)


def _size(new: Sequence[Chart]) -> str:
    return f"new      {count(new, 'file')}, {sum(chart.file.size for chart in new) / 1e6:,.1f} MB"


def _known(plan: Plan) -> Iterator[str]:
    if plan.there:
        yield f"there    {count(plan.there, 'file')}: the bucket has the same content of that chart and date"
    if plan.double:
        yield f"double   {count(plan.double, 'file')}: the same content again, such as {names(plan.double)}"


def _outdone(plan: Plan, held: Held) -> Iterator[str]:
    """Of a chart's files of one date the newest makes the tables; the others are kept all the same."""
    newest: dict[tuple[str, str], str] = {}
    for key in [file.key for file in held.files] + [chart.key for chart in plan.new]:
        place = (key.split("/")[0], key.split("/")[1].split(".")[0])
        newest[place] = max(newest.get(place, ""), key)
    winners = set(newest.values())
    losers = [chart for chart in plan.new if chart.key not in winners]
    if losers:
        yield f"older    {count(losers, 'file')}: kept, but a newer one of that chart and date counts: {names(losers)}"


def _aged(charts: Sequence[Chart]) -> Iterator[str]:
    aged = [chart for chart in charts if chart.dated_by_age]
    if aged:
        yield (
            f"age      {count(aged, 'file')} without a date in name or content: the day on which they were last "
            f"changed counts. If that is wrong, put the date into the name: {names(aged)}"
        )


def _refused(refused: Sequence[Refused]) -> Iterator[str]:
    if not refused:
        return
    yield f"refused  {count(refused, 'file')}, not to be sent"
    reasons: dict[tuple[str, str], list[Refused]] = {}
    for file in refused:
        reasons.setdefault((file.problem, file.action), []).append(file)
    for (problem, action), files in list(reasons.items())[:REASONS]:
        yield f"  {len(files)}  {problem}: {some([f'{it.file.key} ({it.place})' for it in files])}"
        yield f"     to do: {action}"
    if len(reasons) > REASONS:
        yield f"  and {len(reasons) - REASONS} other reasons"


def _aside(aside: Sequence[LeftAside]) -> Iterator[str]:
    if aside:
        yield f"aside    {count(aside, 'file')}, not JSON: {names(aside)}"


def names(files: Iterable[Chart | LeftAside]) -> str:
    """The first few by their names."""
    return some([it.file.key for it in files])
