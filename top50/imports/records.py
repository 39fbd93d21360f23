"""One chart of one date as somebody recorded it, and the bundle that holds all of a date."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec

from chart_transform.bundles import pack
from chart_transform.keys import bundle_key
from chart_transform.raw_format import RAW_FORMAT

# Seconds after the chart date's midnight that stand for the time of reading: of two records of a chart, the greater
# counts. docs/history.md has the table, and why.
RANKS = {"kaggle_top50": 1, "kaggle_charts": 2, "spotifycharts_csv": 3, "chart_csv": 4}
# A date's records, oldest date first.
Days = Iterator[tuple[str, list["Record"]]]


@dataclass(frozen=True)
class Record:
    """A chart of a date; an item is what a raw object's page has at a position, null where it is empty."""

    chart: str
    chart_date: str
    source: str
    items: Sequence[Any]
    fetched_at: datetime
    playlist: dict[str, str | None] | None = None


@dataclass(frozen=True)
class Wanted:
    """What a person asked for: dates from ``first`` to ``last``, charts by name (all where none), so many places."""

    first: str = ""
    last: str = "~"
    charts: frozenset[str] = frozenset()
    size: int | None = None

    def has(self, chart: str, chart_date: str) -> bool:
        """Whether it is one of them."""
        return self.first <= chart_date <= self.last and self.has_chart(chart)

    def has_chart(self, chart: str) -> bool:
        """Whether the chart is one of them, on whatever date."""
        return not self.charts or chart in self.charts


@dataclass
class NotTaken:
    """What is not brought in, by reason: ``refused`` is damaged, ``aside`` is nothing this project has a place for."""

    refused: dict[str, list[str]] = field(default_factory=dict)
    aside: dict[str, list[str]] = field(default_factory=dict)

    def refuse(self, what: str, why: str) -> None:
        """Note what is damaged."""
        self.refused.setdefault(why, []).append(what)

    def leave(self, what: str, why: str) -> None:
        """Note what is left aside."""
        self.aside.setdefault(why, []).append(what)


class Recording(Protocol):
    """Charts in one form: a file, a number of files, a git history."""

    @property
    def form(self) -> str:
        """What it is, for people."""

    def survey(self, wanted: Wanted, not_taken: NotTaken, tell: Callable[[str], object]) -> list[str]:
        """Find out what is there, and return the dates that ``read`` will come to; ``tell`` hears what goes on."""

    def read(self, wanted: Wanted, not_taken: NotTaken) -> Days:
        """The records of each date. A date's charts may all turn out damaged: then it has no records."""


def ranked(source: str, chart_date: str) -> datetime:
    """The time that stands for the reading of a source that does not tell it."""
    return datetime.fromisoformat(chart_date).replace(tzinfo=UTC) + timedelta(seconds=RANKS[source])


def bundle(records: Sequence[Record]) -> tuple[str, bytes]:
    """The key and the bytes of a date's bundle: the same for the same records."""
    data = pack(_line(record) for record in sorted(records, key=lambda record: record.chart))
    newest = max(record.fetched_at for record in records)
    return bundle_key(records[0].chart_date, newest, hashlib.sha256(data).hexdigest()[:8]), data


def _line(record: Record) -> bytes:
    return msgspec.json.encode(
        {
            "format": RAW_FORMAT,
            "chart": record.chart,
            "chart_date": record.chart_date,
            "fetched_at": f"{record.fetched_at:%Y-%m-%dT%H:%M:%SZ}",
            "source": record.source,
            "playlist": record.playlist,
            "total": len(record.items),
            "pages": [{"items": record.items, "total": len(record.items), "next": None}],
        }
    )
