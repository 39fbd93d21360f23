"""The outcome for each chart, and the function's answer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from chart_extract.charts import Chart
from chart_extract.errors import ChartsFailedError, ExtractError


@dataclass(frozen=True)
class Landed:
    """A chart that this run stored; ``unchanged`` when it equals the one stored before."""

    chart: Chart
    key: str
    entries: int
    fetched_at: datetime
    unchanged: bool = False


@dataclass(frozen=True)
class Skipped:
    """A chart that another delivery of the same event stored."""

    chart: Chart
    key: str


@dataclass(frozen=True)
class Quarantined:
    """A dropped CSV that is not a chart: it is in quarantine under this key, with the reason beside it."""

    file: str
    key: str
    reason: str


@dataclass(frozen=True)
class Failed:
    """A chart that did not land."""

    chart: Chart
    error: ExtractError


Outcome = Landed | Skipped | Quarantined | Failed


@dataclass(frozen=True)
class ExtractResult:
    """All charts by outcome, each list in the configured order."""

    landed: list[Landed]
    skipped: list[Skipped]
    quarantined: list[Quarantined]
    failed: list[Failed]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome | None]) -> Self:
        """Sort outcomes by kind."""
        known = list(outcomes)
        return cls(
            landed=[it for it in known if isinstance(it, Landed)],
            skipped=[it for it in known if isinstance(it, Skipped)],
            quarantined=[it for it in known if isinstance(it, Quarantined)],
            failed=[it for it in known if isinstance(it, Failed)],
        )

    def to_dict(self) -> dict[str, Any]:
        """Write it as the function's answer."""
        return {
            "landed": [{"chart": it.chart.name, "key": it.key, "entries": it.entries} for it in self.landed],
            "unchanged": [it.chart.name for it in self.landed if it.unchanged],
            "skipped": [{"chart": it.chart.name, "key": it.key} for it in self.skipped],
            "quarantined": [{"file": it.file, "key": it.key, "reason": it.reason} for it in self.quarantined],
            "failed": [{"chart": it.chart.name, "error": str(it.error)} for it in self.failed],
        }

    def or_raise(self) -> dict[str, Any]:
        """Return the answer, or raise one error that names every failure and what landed nevertheless."""
        if not self.failed:
            return self.to_dict()
        total = len(self.landed) + len(self.skipped) + len(self.quarantined) + len(self.failed)
        raise ChartsFailedError(
            f"{len(self.failed)} of {total} charts failed "
            f"(landed: {_names(self.landed)}; landed before: {_names(self.skipped)})"
            + "".join(f"\n- {it.error}" for it in self.failed)
        )


def _names(outcomes: Sequence[Landed | Skipped]) -> str:
    return ", ".join(it.chart.name for it in outcomes) or "none"
