"""What the report shows, as Athena answers it, and what follows from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

SQL = files("chart_report").joinpath("sql")
# Athena answers with text.
NUMBERS = {"dates", "position", "places", "days_on_chart", "peak_position", "songs", "as_main", "as_featured"}
NUMBERS |= {"best_position", "songs_in_common"}
PREFERRED = ("global", "global-daily", "global-weekly")

Row = dict[str, Any]
# Runs SQL with a text for each ``?`` in it; a row is text by column, None for null.
Ask = Callable[..., list[dict[str, str | None]]]


class NoChartError(Exception):
    """The chart asked for is not in the lake."""


@dataclass(frozen=True)
class Turnover:
    """What one date brought: songs that were never there before, that came back, that left."""

    chart_date: str
    debuts: Sequence[Row]
    re_entries: Sequence[Row]
    exits: Sequence[Row]


@dataclass(frozen=True)
class History:
    """One chart's last dates, and what it is compared with.

    ``charts`` are all of the lake; ``dates`` are recorded ones, oldest first; ``entries`` are the positions on them.
    """

    chart: str
    charts: Sequence[Row]
    dates: Sequence[str]
    latest: Sequence[Row]
    entries: Sequence[Row]
    presence: Sequence[Row]
    overlap: Sequence[Row]
    checks: Row | None

    @property
    def newest_date(self) -> str:
        """The chart's newest recorded date."""
        return self.dates[-1]

    def stays(self) -> list[Row]:
        """The entries, each numbered by its song's stay: a line must not run through dates of absence."""
        number = {chart_date: nth for nth, chart_date in enumerate(self.dates)}
        last: dict[str, tuple[int, int]] = {}
        told = []
        for entry in self.entries:
            nth = number[entry["chart_date"]]
            seen, stay = last.get(entry["song_id"], (nth, 0))
            stay += nth - seen > 1
            last[entry["song_id"]] = (nth, stay)
            told.append({**entry, "stay": f"{entry['song_id']} {stay}"})
        return told

    def turnover(self) -> list[Turnover]:
        """What each date but the first brought, oldest first."""
        songs: dict[str, dict[str, Row]] = {chart_date: {} for chart_date in self.dates}
        for entry in self.entries:
            songs[entry["chart_date"]].setdefault(entry["song_id"], entry)
        found = []
        for before, now in zip(self.dates, self.dates[1:], strict=False):
            came = [entry for song_id, entry in songs[now].items() if song_id not in songs[before]]
            found.append(
                Turnover(
                    now,
                    debuts=[entry for entry in came if entry["movement"] == "new"],
                    re_entries=[entry for entry in came if entry["movement"] == "re-entry"],
                    exits=[entry for song_id, entry in songs[before].items() if song_id not in songs[now]],
                )
            )
        return found


def read_history(ask: Ask, chart: str | None, checks: Row | None) -> History:
    """Ask for everything; without a chart, global is shown, or that of its CSVs, else the first one.

    ``checks`` is the newest result of the checks, with ``stored_at``. Raises NoChartError when the lake has no such
    chart, or none at all.
    """

    def rows(name: str, *parameters: str) -> list[Row]:
        answer = ask(SQL.joinpath(f"{name}.sql").read_text(encoding="utf-8"), *parameters)
        return [{column: _value(column, text) for column, text in row.items()} for row in answer]

    charts = rows("charts")
    names = [row["chart"] for row in charts]
    if not names:
        raise NoChartError("no chart has been loaded yet: run the pipeline first")
    shown = chart or next((name for name in PREFERRED if name in names), names[0])
    if shown not in names:
        raise NoChartError(f"chart {shown} is not in the lake, which has: {', '.join(names)}")
    dates = sorted(row["chart_date"] for row in rows("dates", shown))
    return History(
        chart=shown,
        charts=charts,
        dates=dates,
        latest=rows("latest", shown),
        entries=rows("history", shown, dates[0]),
        presence=rows("presence", shown, dates[-1]),
        overlap=rows("overlap", shown, dates[-1]),
        checks=checks,
    )


def _value(column: str, text: str | None) -> Any:
    if text is None:
        return None
    if column in NUMBERS:
        return int(text)
    if column == "share":
        return float(text)
    return text == "true" if column == "explicit" else text
