"""A chart's CSV, as downloaded by hand from charts.spotify.com."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chart_extract.errors import ExplainedError

TRACK_URI = re.compile(r"spotify:track:(?P<id>[0-9A-Za-z]{22})")
# The smallest valid number of each column.
NUMBERS = {"rank": 1, "peak_rank": 1, "previous_rank": -1, "streams": 0, "days_on_chart": 1, "weeks_on_chart": 1}
ALWAYS = ("rank", "uri", "artist_names", "track_name", "peak_rank", "previous_rank", "streams")

NAME = re.compile(
    r"regional-(?P<region>global|[a-z]{2})-(?P<period>daily|weekly)-(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})\.csv"
)
AGE = {"daily": "days_on_chart", "weekly": "weeks_on_chart"}

Row = dict[str, str]


@dataclass(frozen=True)
class CsvChart:
    """A chart as in its CSV: our name for it, its own date, and its rows."""

    chart: str
    chart_date: str
    rows: list[Row]


class ChartCsvError(ExplainedError):
    """Not a chart: where in the file, and why."""

    meaning = "This is not a complete chart as charts.spotify.com exports it"
    action = "Download it again from charts.spotify.com, and do not change its name or its contents"

    def __init__(self, name: str, problem: str, line: int | None = None, column: str | None = None) -> None:
        self.line = line
        self.column = column
        place = [name, f"line {line}" if line else "", f"column {column}" if column else ""]
        super().__init__(", ".join(filter(None, place)), problem)


class ChartCsvNameError(ChartCsvError):
    """A file with another name than charts.spotify.com gives."""

    meaning = (
        "A chart's file keeps the name that charts.spotify.com gives it, such as regional-us-weekly-2026-11-19.csv: "
        "global or a country's two letters, daily or weekly, and the date"
    )
    action = "Give the file that name, or download it again"


def parse_chart(name: str, data: bytes) -> CsvChart:
    """Read a CSV whose name says which chart it is: ``regional-global-daily-2026-11-21.csv``."""
    match = NAME.fullmatch(name)
    if not match or not _is_date(match["date"]):
        raise ChartCsvNameError(name, "its name does not say which chart it is, and of which date")
    rows = parse_rows(name, data)
    if AGE[match["period"]] not in rows[0]:
        raise ChartCsvError(name, f"the header lacks {AGE[match['period']]}, which a {match['period']} chart has", 1)
    return CsvChart(f"{match['region']}-{match['period']}", match["date"], rows)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def parse_rows(name: str, data: bytes) -> list[Row]:
    """Read the rows as they are, ranks from 1 without a gap; ChartCsvError says where the file is wrong."""
    reader = csv.reader(io.StringIO(_text(name, data), newline=""), strict=True)
    lines = _lines(name, reader)
    _line, header = next(lines, (1, []))
    missing = [column for column in ALWAYS if column not in header]
    if missing:
        raise ChartCsvError(name, f"the header lacks {', '.join(missing)}", 1)
    if not {"days_on_chart", "weeks_on_chart"} & set(header):
        raise ChartCsvError(name, "the header lacks days_on_chart (or weeks_on_chart, in a weekly one)", 1)
    rows = [_row(name, line, header, values, rank) for rank, (line, values) in enumerate(lines, start=1)]
    if not rows:
        raise ChartCsvError(name, "there are no rows", 1)
    return rows


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ChartCsvError(name, "it is not UTF-8", line) from None


def _lines(name: str, reader: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for values in reader:
            if values:
                yield reader.line_num, values
    except csv.Error as error:
        raise ChartCsvError(name, f"it is not valid CSV: {error}", reader.line_num) from None


def _row(name: str, line: int, header: Sequence[str], values: Sequence[str], rank: int) -> Row:
    if len(values) != len(header):
        raise ChartCsvError(name, f"{len(values)} values, but {len(header)} columns", line)
    row = dict(zip(header, values, strict=True))
    for column in NUMBERS.keys() & row.keys():
        if not re.fullmatch(r"-?[0-9]{1,18}", row[column], re.ASCII) or int(row[column]) < NUMBERS[column]:
            raise ChartCsvError(name, f"{row[column]!r} is not a number >= {NUMBERS[column]}", line, column)
    if int(row["rank"]) != rank:
        raise ChartCsvError(name, f"rank {row['rank']} instead of {rank}", line, "rank")
    if not TRACK_URI.fullmatch(row["uri"]):
        raise ChartCsvError(name, f"{row['uri']!r} is not a track URI", line, "uri")
    return row
