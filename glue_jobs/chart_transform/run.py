"""Where a run works, and what it has done."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from chart_transform.schemas import TABLES
from chart_transform.stores.store import Store

# The number of rows of each table, for each date.
RowsByDate = Mapping[str, Mapping[str, int]]


@dataclass
class Summary:
    """What a run did: its last line on stdout, and ``runs/<run_id>.json``."""

    run_id: str
    files_read: int = 0
    files_quarantined: int = 0
    dates_rewritten: list[str] = field(default_factory=list)
    dates_guarded: list[str] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, files_read: int, files_quarantined: int, rewritten: RowsByDate, guarded: Iterable[str]) -> None:
        """Add what a slice did."""
        self.files_read += files_read
        self.files_quarantined += files_quarantined
        self.dates_rewritten = sorted({*self.dates_rewritten, *rewritten})
        self.dates_guarded = sorted({*self.dates_guarded, *guarded})
        for rows in rewritten.values():
            for table, count in rows.items():
                self.rows[table] += count

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Add the time spent inside to the phase's seconds."""
        started = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = round(self.seconds.get(name, 0) + time.monotonic() - started, 3)


@dataclass
class Run:
    """Where a run reads and writes, and its work so far."""

    raw: Store
    lake: Store
    lake_folder: str
    allowed_drops: set[tuple[str, str]]
    summary: Summary

    @property
    def staging(self) -> str:
        """The folder of this run's unfinished tables, below the lake's store."""
        return f"staging/{self.summary.run_id}"

    def partition(self, table: str, chart_date: str) -> str:
        """The key of the one file that a table has for a date."""
        return f"{self.lake_folder}/{table}/chart_date={chart_date}/part-0.parquet"
