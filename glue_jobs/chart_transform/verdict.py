"""Which dates a run rewrites and which it leaves, which files it keeps and which it refuses."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from chart_transform.raw_files import ACCEPTED, BAD, Outcome


@dataclass(frozen=True)
class Guard:
    """Why a date is left as it is, as in a reason file."""

    problem: str
    place: str
    action: str


@dataclass(frozen=True)
class Verdict:
    """Dates to rewrite; dates to leave, each with the reason; files to keep, and files to put into quarantine."""

    dates: list[str]
    guarded: dict[str, Guard]
    accepted: list[Outcome]
    refused: list[Outcome]


def judge(outcomes: Sequence[Outcome], standing: dict[str, set[str]], allowed_drops: set[tuple[str, str]]) -> Verdict:
    """Rewrite each date that has a chart, but for those whose rewrite would lose something.

    ``standing`` holds the charts that the lake has for each date now, ``allowed_drops`` pairs of (date, chart).
    """
    accepted = [outcome for outcome in outcomes if outcome.status == ACCEPTED]
    bad = [outcome for outcome in outcomes if outcome.status == BAD]
    charts: dict[str, set[str]] = {}
    for outcome in accepted:
        charts.setdefault(outcome.chart_date, set()).update(outcome.charts)

    guarded = {}
    for chart_date, have in charts.items():
        allowed = {chart for drop_date, chart in allowed_drops if drop_date == chart_date}
        if lost := standing.get(chart_date, set()) - have - allowed:
            guarded[chart_date] = _dropped(chart_date, sorted(lost))
    # The processed files are the source of truth: a damaged one is never moved or silently skipped.
    guarded |= {outcome.chart_date: _damaged(outcome) for outcome in bad if not outcome.file.landed}

    held_back = [
        replace(outcome, **asdict(guarded[outcome.chart_date])) for outcome in accepted if outcome.chart_date in guarded
    ]
    return Verdict(
        dates=sorted(charts.keys() - guarded.keys()),
        guarded=guarded,
        accepted=[outcome for outcome in accepted if outcome.chart_date not in guarded],
        refused=[outcome for outcome in bad + held_back if outcome.file.landed],
    )


def _dropped(chart_date: str, lost: Sequence[str]) -> Guard:
    drops = ",".join(f"{chart_date}:{chart}" for chart in lost)
    return Guard(
        problem=f"loading it would drop {', '.join(lost)} from {chart_date}: its raw file is gone",
        place="raw/processed/",
        action=f"restore the missing raw file, or run with --allow_drop {drops}, and land this file again",
    )


def _damaged(outcome: Outcome) -> Guard:
    return Guard(
        problem=f"{outcome.file.chart_date} cannot be rebuilt: {outcome.problem}",
        place=f"raw/{outcome.file.key}: {outcome.place}",
        action="restore the older version of that file (or remove it), and land this file again",
    )
