"""The checks in SQL: each is a file in ``checks/`` that returns the rows that break its rule."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chart_check.athena import statement
from chart_check.config import Charts
from chart_check.runs import RunSummary

FOLDER = Path(__file__).with_name("checks")
PARAMETER = re.compile(r"(?<!:):([a-z_]+)")
# Both bounds for a run that rewrote nothing: a projected chart_date should be compared with dates alone.
NO_DATE = "1970-01-01"
OF_A_RUN = frozenset({"dates", "first_date", "last_date", "rows"})


@dataclass(frozen=True)
class SqlCheck:
    """A query in Athena's SQL, and its rule: the comment at its file's top, what must hold and what to do."""

    name: str
    rule: str
    sql: str

    @property
    def parameters(self) -> frozenset[str]:
        """The names of its parameters."""
        return frozenset(PARAMETER.findall(self.sql))

    @property
    def is_of_a_run(self) -> bool:
        """Whether it compares the lake with a run's summary."""
        return bool(self.parameters & OF_A_RUN)


def sql_checks() -> list[SqlCheck]:
    """All of them, in the order of their names."""
    return [_read(path) for path in sorted(FOLDER.glob("*.sql"))]


def _read(path: Path) -> SqlCheck:
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    rule = " ".join(line.removeprefix("--").strip() for line in lines[:end])
    return SqlCheck(path.stem, rule, statement(text))


def lake_parameters(charts: Charts, started_at: datetime, max_age: timedelta) -> dict[str, Any]:
    """The parameters that every check may use."""
    return {
        "charts": ",".join(charts.names),
        "all_loaded": charts.all_loaded,
        # Athena's timestamps, like the lake's, are UTC without a time zone.
        "fresh_since": (started_at.astimezone(UTC) - max_age).replace(tzinfo=None),
    }


def run_parameters(run: RunSummary) -> dict[str, Any]:
    """The additional parameters for checks of a run."""
    dates = sorted(run.dates_rewritten)
    return {
        "dates": ",".join(dates),
        "first_date": dates[0] if dates else NO_DATE,
        "last_date": dates[-1] if dates else NO_DATE,
        "rows": ",".join(f"{table}={count}" for table, count in sorted(run.rows.items())),
    }
