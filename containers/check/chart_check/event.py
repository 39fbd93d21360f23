"""What an invocation asks for: from the state machine after a run, or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from chart_check.errors import EventError

# Used when called by hand, when there is no execution whose start would count.
LOOK_BACK = timedelta(hours=24)


@dataclass(frozen=True)
class CheckRequest:
    """Which run to check; called by hand, ``run_id`` is None and no summary is compared."""

    run_id: str | None
    started_at: datetime
    quarantined_since: datetime

    @property
    def name(self) -> str:
        """The name under which the result is stored."""
        return self.run_id or f"by-hand-{self.started_at:%Y%m%dT%H%M%SZ}"

    @classmethod
    def from_event(cls, event: object, now: datetime) -> Self:
        """Read ``{"run_id": ..., "started_at": ...}``; both are optional, as in ``{}`` by hand.

        Without ``started_at``, charts must be fresh ``now``, and files quarantined in the last 24 hours count.
        """
        if not isinstance(event, Mapping) or event.keys() - {"run_id", "started_at"}:
            raise EventError('the event may have only "run_id" and "started_at": send {} to check the whole lake')
        started_at = _moment(event["started_at"]) if "started_at" in event else None
        now = now.astimezone(UTC)
        return cls(
            run_id=_run_id(event["run_id"]) if "run_id" in event else None,
            started_at=started_at or now,
            quarantined_since=started_at or now - LOOK_BACK,
        )


def _run_id(value: Any) -> str:
    if not isinstance(value, str) or not value or "/" in value:
        raise EventError(f"run_id {value!r} is not the name of a run: send the name of an execution")
    return value


def _moment(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise EventError(f"started_at {value!r} is not a UTC time: send one like 2026-11-22T23:01:00.123Z")
