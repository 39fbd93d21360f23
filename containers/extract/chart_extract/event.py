"""What an invocation asks for: from the schedule, or by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from chart_extract.charts import Chart
from chart_extract.errors import EventError
from chart_extract.moments import iso


def asks_for_the_doctor(event: object) -> bool:
    """Whether the event is ``{"doctor": true}``: check everything, land nothing."""
    return isinstance(event, Mapping) and event.get("doctor") is True


@dataclass(frozen=True)
class ExtractRequest:
    """The charts to extract, and the event's time, which a retry of the event repeats."""

    charts: tuple[Chart, ...]
    time: datetime

    @property
    def chart_date(self) -> str:
        """The UTC date of the event: the partition in which the charts land."""
        return iso(self.time)[:10]

    def is_for_another_day_than(self, observed: datetime) -> bool:
        """Whether a chart read then is of another date: a playlist shows only today's."""
        return abs(observed.astimezone(UTC).date() - self.time.date()) > timedelta(days=1)

    @classmethod
    def from_event(cls, event: object, configured: Sequence[Chart], now: datetime) -> Self:
        """Read ``{"time": ...}``, ``{"charts": [...]}`` or both; a missing time is ``now``."""
        if not isinstance(event, Mapping) or not event.keys() & {"time", "charts"}:
            raise EventError('the event gives neither "time" nor "charts": send {"charts": ["global"]}, for example')
        return cls(
            charts=_charts(event["charts"], configured) if "charts" in event else tuple(configured),
            time=_time(event["time"]) if "time" in event else now.astimezone(UTC).replace(microsecond=0),
        )


def _time(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        pass
    raise EventError(f"time {value!r} is not a UTC time: send one like 2026-11-22T23:00:00Z")


def _charts(value: object, configured: Sequence[Chart]) -> tuple[Chart, ...]:
    if not isinstance(value, list) or not value or not all(isinstance(name, str) for name in value):
        raise EventError(f'charts {value!r} is not a list of chart names: send one like ["global"]')

    unknown = sorted(set(value) - {chart.name for chart in configured})
    if unknown:
        known = ", ".join(chart.name for chart in configured)
        raise EventError(f"not in CHARTS: {', '.join(unknown)}; the configured charts are: {known}")
    return tuple(chart for chart in configured if chart.name in value)
