"""One chart a file, as a person downloads it: of charts.spotify.com, or of spotifycharts.com until December 2021."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from chart_extract.chart_csv import LAST_RANK, ChartCsvError, CsvChart, Row, lines_of, parse_chart, text_of
from chart_extract.countries import COUNTRIES
from chart_extract.csv_forms import is_older
from top50.imports.records import Days, NotTaken, Record, Wanted, ranked
from top50.show import count

CHARTS_PAGE, OLDER_PAGE = "chart_csv", "spotifycharts_csv"
FORMS = {CHARTS_PAGE: "of charts.spotify.com", OLDER_PAGE: "of the older spotifycharts.com"}
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# Weekly ones may name the Fridays that begin and end the week. Browsers number a second download.
OLDER_NAME = re.compile(
    rf"(?P<kind>regional|viral)-(?P<region>global|[a-z]{{2}})-(?P<period>daily|weekly)-(?P<day>{DAY})"
    rf"(?:--(?P<end>{DAY}))?(?: ?\([0-9]+\)|-[0-9])?\.csv"
)
TRACK = re.compile(r"(?:https://open\.spotify\.com/track/|spotify:track:)([0-9A-Za-z]{22})(?:\?.*)?")
FRIDAY = 4


@dataclass
class ChartFiles:
    """Files in one of the two forms, read twice: what they are, then one date after the other."""

    source: str
    paths: Sequence[Path]
    _by_day: dict[str, dict[str, Path]] = field(default_factory=dict)

    @property
    def form(self) -> str:
        """See Recording."""
        return f"{count(self.paths, 'chart CSV')} {FORMS[self.source]}"

    def survey(self, wanted: Wanted, not_taken: NotTaken, tell: Callable[[str], object]) -> list[str]:
        """See Recording."""
        for number, path in enumerate(self.paths, start=1):
            tell(f"{number:,} of {len(self.paths):,} files")
            try:
                found = parse(path)
            except ChartCsvError as error:
                where = str(error.subject).replace(path.name, str(path), 1)
                not_taken.refuse(where, f"{error.problem}. {error.action}")
                continue
            if not wanted.has(found.chart, found.chart_date):
                continue
            charts = self._by_day.setdefault(found.chart_date, {})
            first = charts.setdefault(found.chart, path)
            if first != path and parse(first).rows == found.rows:
                not_taken.leave(str(path), "the same chart as in another file")
            elif first != path:
                not_taken.refuse(str(path), f"{found.chart} of {found.chart_date} has other rows in {first}: keep one")
        return sorted(self._by_day)

    def read(self, wanted: Wanted, not_taken: NotTaken) -> Days:
        """See Recording."""
        for day, charts in sorted(self._by_day.items()):
            yield day, [self._record(parse(path), wanted.size or LAST_RANK) for path in charts.values()]

    def _record(self, found: CsvChart, size: int) -> Record:
        items = [{"item": None, "csv": row} if row else None for row in found.places(size)]
        return Record(found.chart, found.chart_date, self.source, items, ranked(self.source, found.chart_date))


def parse(path: Path) -> CsvChart:
    """A chart from its file, in either form; ChartCsvError when it is not one."""
    data = path.read_bytes()
    if not is_older(data):
        return parse_chart(path.name, data, datetime.now(UTC).date())
    chart, chart_date = _older_name(path.name)
    return CsvChart(chart, chart_date, list(_older_rows(path.name, data)))


def _older_name(name: str) -> tuple[str, str]:
    match = OLDER_NAME.fullmatch(name)
    remedy = "Give it the name it was downloaded with, such as regional-us-daily-2018-07-21.csv"
    if not match or match["region"] not in {"global", *COUNTRIES}:
        raise ChartCsvError(name, "its name does not say which chart it is, and of which date", action=remedy)
    if match["kind"] == "viral" and match["period"] == "weekly":
        raise ChartCsvError(name, "it is a weekly viral chart, for which there is no name here", action="Leave it out")
    try:
        day = date.fromisoformat(match["end"] or match["day"])
    except ValueError:
        raise ChartCsvError(name, "its name has no such date", action=remedy) from None
    if match["end"]:
        # From Friday to Friday: the week ends on the Thursday before, whose date the newer files' names have.
        if day.weekday() != FRIDAY:
            raise ChartCsvError(name, f"its week does not end on a Friday ({day})", action=remedy)
        day -= timedelta(days=1)
    period = "viral" if match["kind"] == "viral" else match["period"]
    return f"{match['region']}-{period}", day.isoformat()


def _older_rows(name: str, data: bytes) -> Iterator[Row]:
    reader: Any = csv.reader(io.StringIO(text_of(name, data), newline=""), strict=True)
    header, rank = list[str](), 0
    for line, values in lines_of(name, reader):
        if not header:
            # A note may stand above the header.
            header = [value.lower() for value in values] if "position" in map(str.lower, values) else []
            continue
        if len(values) != len(header):
            raise ChartCsvError(name, f"{len(values)} values, but {len(header)} columns", line)
        row = dict(zip(header, values, strict=True))
        if not row["position"].isdecimal() or not rank < int(row["position"]) <= LAST_RANK:
            problem = f"position {row['position']} after {rank}: positions must rise, to {LAST_RANK} at most"
            raise ChartCsvError(name, problem, line)
        rank = int(row["position"])
        yield _row(name, line, row)
    if not rank:
        raise ChartCsvError(name, "there are no rows", 1)


def _row(name: str, line: int, row: Row) -> Row:
    """A row as a newer file would have it; without a link, the position is empty."""
    track = TRACK.fullmatch(row.get("url", ""))
    if row.get("url") and not track:
        raise ChartCsvError(name, f"{row['url']!r} is not a track's link", line)
    if row.get("streams") and not row["streams"].isdecimal():
        raise ChartCsvError(name, f"{row['streams']!r} is not a number of streams", line)
    found = {
        "rank": row["position"],
        "uri": f"spotify:track:{track[1]}" if track else "",
        "track_name": row["track name"],
        "artist_names": row["artist"],
        "streams": row.get("streams", ""),
    }
    return {column: value for column, value in found.items() if value}
