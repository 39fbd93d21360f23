"""A chart's CSV, as downloaded by hand from charts.spotify.com."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chart_extract.countries import COUNTRIES
from chart_extract.csv_forms import other_form
from chart_extract.errors import ExplainedError

TRACK_URI = re.compile(r"spotify:track:(?P<id>[0-9A-Za-z]{22})")
# The smallest valid number of each column.
NUMBERS = {"rank": 1, "peak_rank": 1, "previous_rank": -1, "streams": 0, "days_on_chart": 1, "weeks_on_chart": 1}
ALWAYS = ("rank", "uri", "artist_names", "track_name", "peak_rank", "previous_rank", "streams")
LAST_RANK = 200

DATED = r"(?P<period>daily|weekly)-(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
# Browsers number a file that they download once more: " (1)", "(1)", Safari "-1".
NAME = re.compile(rf"regional-(?P<region>global|[a-z]{{2}})-{DATED}(?: ?\([0-9]+\)|-[0-9])?\.csv")
# Such as citytoptrack-amsterdam-weekly-..., citypulsetrack-, genresongs-, viral-, artist-, album-.
OTHER_KIND = re.compile(rf"(?P<kind>(?!regional-)[a-z]+)-.+-{DATED}.*")
AGE = {"daily": "days_on_chart", "weekly": "weeks_on_chart"}

Row = dict[str, str]


@dataclass(frozen=True)
class CsvChart:
    """A chart as in its CSV: our name for it, its own date, and its rows."""

    chart: str
    chart_date: str
    rows: list[Row]

    def places(self, size: int) -> list[Row | None]:
        """The rows at ranks 1 to ``size``, or to the last rank there is; None for a rank that the file leaves out."""
        by_rank = {int(row["rank"]): row for row in self.rows}
        return [by_rank.get(rank) for rank in range(1, min(size, max(by_rank)) + 1)]


class ChartCsvError(ExplainedError):
    """Not a chart: where in the file, and why."""

    meaning = "This is not a complete chart as charts.spotify.com exports it"
    action = "Download it again from charts.spotify.com, and do not change its name or its contents"

    def __init__(
        self, name: str, problem: str, line: int | None = None, column: str | None = None, action: str = ""
    ) -> None:
        self.line = line
        self.column = column
        self.action = action or self.action
        place = [name, f"line {line}" if line else "", f"column {column}" if column else ""]
        super().__init__(", ".join(filter(None, place)), problem)


class ChartCsvNameError(ChartCsvError):
    """A file with another name than charts.spotify.com gives."""

    meaning = (
        "A chart's file keeps the name that charts.spotify.com gives it, such as regional-us-weekly-2026-11-19.csv: "
        "global or a country's two letters, daily or weekly, and the date"
    )
    action = "Give the file that name, or download it again"


def parse_chart(name: str, data: bytes, today: date) -> CsvChart:
    """Read a CSV whose name says which chart it is: ``regional-global-daily-2026-11-21.csv``.

    A chart of a date after ``today`` is refused.
    """
    _refuse_other_forms(name, data)
    region, period, chart_date = _parse_name(name, today)
    rows = parse_rows(name, data)
    if AGE[period] not in rows[0]:
        raise ChartCsvError(name, f"the header lacks {AGE[period]}, which a {period} chart has", 1)
    return CsvChart(f"{region}-{period}", chart_date, rows)


def _parse_name(name: str, today: date) -> tuple[str, str, str]:
    if other := OTHER_KIND.fullmatch(name):
        kind = f"it is a chart of another kind ({other['kind']}): only those of Global and of countries can be added"
        raise ChartCsvNameError(name, kind, action="Download the top songs of Global or of a country")
    match = NAME.fullmatch(name)
    day = _date(match["date"]) if match else None
    if not match or not day:
        raise ChartCsvNameError(name, "its name does not say which chart it is, and of which date")
    # Spotify has charts of fewer countries and adds some now and then: any country may be one of them.
    if match["region"] not in {"global", *COUNTRIES}:
        raise ChartCsvNameError(name, f"there is no country {match['region']} (ISO 3166)")
    if day > today:
        raise ChartCsvNameError(name, f"{day} is still to come (today is {today}, UTC)")
    return match["region"], match["period"], match["date"]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _refuse_other_forms(name: str, data: bytes) -> None:
    if form := other_form(data):
        problem, action = form
        raise ChartCsvError(name, problem, action=action)


def parse_rows(name: str, data: bytes) -> list[Row]:
    """Read the rows as they are; ChartCsvError says where the file is wrong.

    Ranks rise to 200 at most. Some may be missing: Spotify leaves out songs that were withdrawn after the chart's date.
    """
    _refuse_other_forms(name, data)
    reader = csv.reader(io.StringIO(text_of(name, data), newline=""), strict=True)
    lines = lines_of(name, reader)
    _line, header = next(lines, (1, []))
    missing = [column for column in ALWAYS if column not in header]
    if missing:
        raise ChartCsvError(name, f"the header lacks {', '.join(missing)}", 1)
    if not {"days_on_chart", "weeks_on_chart"} & set(header):
        raise ChartCsvError(name, "the header lacks days_on_chart (or weeks_on_chart, in a weekly one)", 1)
    rows: list[Row] = []
    for line, values in lines:
        rows.append(_row(name, line, header, values, int(rows[-1]["rank"]) if rows else 0))
    if not rows:
        raise ChartCsvError(name, "there are no rows", 1)
    return rows


def text_of(name: str, data: bytes) -> str:
    """The file's text; ChartCsvError when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ChartCsvError(
            name, "it is not UTF-8, but another encoding, as when a spreadsheet saved it", line
        ) from None


def lines_of(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    """What a CSV reader finds, with line numbers and without empty lines; ChartCsvError when it is not CSV."""
    try:
        for values in reader:
            if values:
                yield reader.line_num, values
    except csv.Error as error:
        raise ChartCsvError(name, f"it is not valid CSV: {error}", reader.line_num) from None


def _row(name: str, line: int, header: Sequence[str], values: Sequence[str], before: int) -> Row:
    if len(values) != len(header):
        raise ChartCsvError(name, f"{len(values)} values, but {len(header)} columns", line)
    row = dict(zip(header, values, strict=True))
    for column in NUMBERS.keys() & row.keys():
        if not re.fullmatch(r"-?[0-9]{1,18}", row[column], re.ASCII) or int(row[column]) < NUMBERS[column]:
            raise ChartCsvError(name, f"{row[column]!r} is not a number >= {NUMBERS[column]}", line, column)
    if int(row["rank"]) <= before:
        raise ChartCsvError(name, f"rank {row['rank']} after rank {before}: ranks must rise", line, "rank")
    if int(row["rank"]) > LAST_RANK:
        raise ChartCsvError(name, f"rank {row['rank']}, but a chart ends at {LAST_RANK}", line, "rank")
    if not TRACK_URI.fullmatch(row["uri"]):
        raise ChartCsvError(name, f"{row['uri']!r} is not a track URI", line, "uri")
    return row
