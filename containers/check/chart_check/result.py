"""The results of the checks, and the function's answer."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chart_check.errors import ChecksFailedError

Row = dict[str, Any]

# Every query ends with this limit: enough to see what is wrong.
ROWS_AT_MOST = 100
# What is stored: enough to start looking.
SAMPLE_ROWS = 5
SAMPLE_TEXT = 500
# What the error shows: a cause in Step Functions holds 32 KB, and every check may fail.
SHOWN_ROWS = 3
SHOWN_TEXT = 300


@dataclass(frozen=True)
class Outcome:
    """The outcome of one check: ``rule`` says what must hold and what to do, ``rows`` break it.

    ``error`` is set when the check could not run; then nothing is known about the rows.
    """

    name: str
    rule: str
    rows: Sequence[Row] = ()
    seconds: float = 0
    error: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the check ran and found nothing."""
        return self.error is None and not self.rows

    def to_dict(self) -> dict[str, Any]:
        """Write it as a part of the function's answer."""
        told = {
            "name": self.name,
            "passed": self.passed,
            "rows": len(self.rows),
            "sample": [_cut(row) for row in self.rows[:SAMPLE_ROWS]],
            "seconds": round(self.seconds, 3),
        }
        return told if self.passed else told | {"rule": self.rule} | ({"error": self.error} if self.error else {})

    def __str__(self) -> str:
        rows = "1 row" if len(self.rows) == 1 else f"{len(self.rows)} rows"
        more = " or more" if len(self.rows) == ROWS_AT_MOST else ""
        shown = [_short(json.dumps(row, ensure_ascii=False), SHOWN_TEXT) for row in self.rows[:SHOWN_ROWS]]
        return "\n    ".join([f"- {self.name}: {rows}{more}. {self.rule}", *shown])


@dataclass(frozen=True)
class CheckResult:
    """All checks of one invocation."""

    run_id: str
    started_at: str
    outcomes: Sequence[Outcome]

    @property
    def failed(self) -> list[Outcome]:
        """The checks that found something, or could not be made."""
        return [it for it in self.outcomes if not it.passed]

    def to_dict(self) -> dict[str, Any]:
        """Write it as the function's answer."""
        return {
            "run_id": self.run_id,
            "started_at": self.started_at,
            "checks": [it.to_dict() for it in self.outcomes],
            "passed": len(self.outcomes) - len(self.failed),
            "failed": len(self.failed),
        }

    def or_raise(self, stored_at: str) -> dict[str, Any]:
        """Return the answer, or raise one error that names every failed check, with some of its rows."""
        if not self.failed:
            return self.to_dict()
        names = ", ".join(it.name for it in self.failed)
        # One damaged file keeps many checks from running, all for the same reason.
        by_error: dict[str, list[str]] = {}
        for it in self.failed:
            if it.error is not None:
                by_error.setdefault(it.error, []).append(it.name)
        raise ChecksFailedError(
            "\n".join(
                [
                    f"{len(self.failed)} of {len(self.outcomes)} checks failed: {names} (all of them: {stored_at})",
                    *(str(it) for it in self.failed if it.error is None),
                    *(f"- {', '.join(it)} could not run: {_short(why, SHOWN_TEXT)}" for why, it in by_error.items()),
                ]
            )
        )


def _cut(row: Row) -> Row:
    return {name: _short(value, SAMPLE_TEXT) if isinstance(value, str) else value for name, value in row.items()}


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
