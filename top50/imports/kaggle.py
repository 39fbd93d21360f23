"""The two data sets of Kaggle: millions of rows in one CSV, put in order by DuckDB on disk, whatever their number."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import msgspec

from chart_extract.chart_csv import LAST_RANK
from top50.errors import RefusedError
from top50.imports.days import read_days
from top50.imports.places import coded_country, named_country
from top50.imports.records import Days, NotTaken, Record, Wanted, ranked
from top50.show import count

# What DuckDB may hold in memory, and how many rows are fetched at a time.
MEMORY = "400MB"
ROWS_AT_ONCE = 100_000
EMPTY = msgspec.Raw(b"null")


@dataclass(frozen=True)
class Form:
    """One of the two data sets: which columns say what. ``csv`` names what is kept of a row as the job reads it."""

    source: str
    needs: frozenset[str]
    day: str
    place: str
    kind: str
    rank: str
    streams: str
    other_dates: str
    csv: Mapping[str, str]
    chart: Callable[[str, str], str | None]


def _top200_or_viral(place: str, kind: str) -> str | None:
    country, suffix = named_country(place), {"top200": "daily", "viral50": "viral"}.get(kind)
    return f"{country}-{suffix}" if country and suffix else None


CHARTS = Form(
    source="kaggle_charts",
    needs=frozenset({"title", "rank", "date", "artist", "url", "region", "chart", "streams"}),
    day="date",
    place="region",
    kind="chart",
    rank="rank",
    streams="streams",
    other_dates="NULL",
    csv={"uri": "url", "track_name": "title", "artist_names": "artist"},
    chart=_top200_or_viral,
)
TOP_SONGS = Form(
    source="kaggle_top50",
    needs=frozenset({"spotify_id", "name", "artists", "daily_rank", "country", "snapshot_date"}),
    day="snapshot_date",
    place="country",
    kind="''",
    rank="daily_rank",
    streams="NULL",
    other_dates="album_release_date",
    csv={"uri": "'spotify:track:' || spotify_id", "track_name": "name", "artist_names": "artists"},
    chart=lambda place, _kind: coded_country(place),
)


class KaggleFile:
    """A data set in one file."""

    def __init__(self, path: Path, form: Form, header: Sequence[str]) -> None:
        self._path, self._form, self._header = path, form, header
        self._spans = 0
        self._folder: TemporaryDirectory[str]
        self._rows: duckdb.DuckDBPyConnection

    @property
    def form(self) -> str:
        """See Recording."""
        return f"{self._path.name}, {self._path.stat().st_size / 1e6:,.1f} MB: Kaggle's, as {self._form.source}"

    def survey(self, wanted: Wanted, not_taken: NotTaken, tell: Callable[[str], object]) -> list[str]:
        """See Recording."""
        self._refuse_cut_off()
        settings: dict[str, Any] = {"memory_limit": MEMORY, "threads": 2, "preserve_insertion_order": False}
        self._folder = TemporaryDirectory(prefix="top50-import-")
        with ExitStack() as on_failure, self._explained():
            on_failure.enter_context(self._folder)
            self._rows = duckdb.connect(str(Path(self._folder.name, "rows.duckdb")), config=settings)
            on_failure.enter_context(self._rows)
            tell("reading all rows")
            self._read_csv()
            tell("looking at places and dates")
            self._choose_places(wanted, not_taken)
            days = self._choose_days(wanted, not_taken)
            on_failure.pop_all()
        return days

    def read(self, wanted: Wanted, not_taken: NotTaken) -> Days:
        """See Recording."""
        select = f"""
            SELECT day, chart, list(rank ORDER BY rank, item), list(item ORDER BY rank, item), bool_or(odd)
            FROM (SELECT DISTINCT day, chart, rank, item, odd FROM ({self._items()}) WHERE span = ?)
            GROUP BY day, chart ORDER BY day, chart
        """  # noqa: S608 - the columns are those of the form.
        with self._explained(), self._folder, self._rows:
            for span in range(self._spans):
                days: dict[str, list[Record]] = {}
                for day, chart, ranks, items, odd in self._rows.execute(select, [span]).fetchall():
                    records = days.setdefault(day, [])
                    if problem := "a rank or a number of streams is not a number" if odd else _problem(ranks):
                        not_taken.refuse(f"{chart} of {day}", problem)
                    elif places := _places(ranks, items, wanted.size or LAST_RANK):
                        time = ranked(self._form.source, day)
                        records.append(Record(chart, day, self._form.source, places, time))
                yield from days.items()

    def _refuse_cut_off(self) -> None:
        with self._path.open("rb") as file:
            file.seek(-1, 2)
            if file.read() not in (b"\n", b"\r"):
                problem = "it ends within a line, as a download that was broken off. Download it again"
                raise RefusedError(f"{self._path}: {problem}")

    def _read_csv(self) -> None:
        """All rows as they are into a table on disk, with what is needed of each."""
        form = self._form
        # Of a bare column, DuckDB moves the cast into the reading of the file, where text ends it.
        rank, streams = f"try_cast(trim({form.rank}) AS INTEGER)", f"try_cast(trim({form.streams}) AS BIGINT)"
        columns = {
            "day_text": f"coalesce({form.day}, '')",
            "place": f"coalesce({form.place}, '')",
            "kind": f"coalesce({form.kind}, '')",
            "rank": rank,
            "streams": streams,
            "odd": f"{rank} IS NULL OR ({streams} IS NULL AND coalesce({form.streams}, '') <> '')",
            "other_date": form.other_dates if form.other_dates in self._header else "NULL::VARCHAR",
            **form.csv,
        }
        select = ", ".join(f"{column} AS {name}" for name, column in columns.items())
        reading = "header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', strict_mode = true"
        from_file = f"SELECT {select} FROM read_csv(?, {reading})"  # noqa: S608 - the columns are those of the form.
        self._rows.execute(f"CREATE TABLE rows AS {from_file}", [str(self._path)])

    def _choose_places(self, wanted: Wanted, not_taken: NotTaken) -> None:
        """Which places are which charts; a place without a chart is named and left aside."""
        self._rows.execute("CREATE TABLE places (place VARCHAR, kind VARCHAR, chart VARCHAR)")
        for place, kind, rows in self._all("SELECT place, kind, count(*) FROM rows GROUP BY ALL ORDER BY ALL"):
            chart = self._form.chart(place, kind)
            if chart is None:
                what = f"{place or 'no country'} {kind}".strip()
                not_taken.leave(f"{what} ({count(rows, 'row')})", "not a place or a kind of chart that is known here")
            elif wanted.has_chart(chart):
                self._rows.execute("INSERT INTO places VALUES (?, ?, ?)", [place, kind, chart])

    def _choose_days(self, wanted: Wanted, not_taken: NotTaken) -> list[str]:
        """Which texts are which dates, and about ROWS_AT_ONCE of them in a span."""
        counts = dict(
            self._all("SELECT day_text, count(*) FROM rows SEMI JOIN places USING (place, kind) GROUP BY ALL")
        )
        others = "SELECT DISTINCT other_date FROM rows WHERE other_date IS NOT NULL"
        days = read_days(counts, (text for (text,) in self._all(others)))
        for text in sorted(counts.keys() - days.keys()):
            not_taken.refuse(f"{text!r} ({count(counts[text], 'row')})", "not a date")
        self._rows.execute("CREATE TABLE days (day_text VARCHAR, day VARCHAR, span INTEGER)")
        texts: dict[str, list[str]] = {}
        for text, day in days.items():
            if wanted.first <= day <= wanted.last:
                texts.setdefault(day, []).append(text)
        rows = 0
        for _day, of_day in sorted(texts.items()):
            for text in of_day:
                self._rows.execute("INSERT INTO days VALUES (?, ?, ?)", [text, days[text], rows // ROWS_AT_ONCE])
            rows += sum(counts[text] for text in of_day)
        self._spans = rows // ROWS_AT_ONCE + 1
        return sorted(texts)

    def _items(self) -> str:
        """Rows as items of a raw object's page."""
        csv = ", ".join(f"{name} := {name}" for name in self._form.csv)
        return f"""
            SELECT day, chart, span, rank, odd, CAST(to_json(struct_pack(
                item := NULL, csv := struct_pack(rank := rank, {csv}, streams := streams)
            )) AS VARCHAR) AS item
            FROM rows JOIN days USING (day_text) JOIN places USING (place, kind)
        """  # noqa: S608 - the columns are those of the form.

    def _all(self, sql: str) -> list[Any]:
        return self._rows.execute(sql).fetchall()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """DuckDB's errors as ours."""
        try:
            yield
        except duckdb.InterruptException:
            raise KeyboardInterrupt from None
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise RefusedError(f"{self._path}: is there no room left in {self._folder.name}? {error}") from None
        except duckdb.Error as error:
            told = "\n".join(str(error).splitlines()[:4])
            problem = f"{self._path} cannot be read as CSV: {told}\nIs it complete, and as it was downloaded?"
            raise RefusedError(problem) from None


def _problem(ranks: Sequence[int]) -> str | None:
    if ranks[0] < 1 or ranks[-1] > LAST_RANK:
        return f"ranks are from 1 to {LAST_RANK}"
    twice = next((rank for rank, after in pairwise(ranks) if rank == after), None)
    return f"rank {twice} is there twice, with different rows" if twice else None


def _places(ranks: Sequence[int], items: Sequence[str], size: int) -> list[msgspec.Raw]:
    """The items at their ranks, up to the last there is; empty where a rank is missing."""
    by_rank = {rank: msgspec.Raw(item.encode()) for rank, item in zip(ranks, items, strict=True) if rank <= size}
    return [by_rank.get(rank, EMPTY) for rank in range(1, max(by_rank, default=0) + 1)]
