"""Dates as a file writes them: 2025-02-12, or what somebody's spreadsheet made of it, 2/12/2025."""

import re
from collections.abc import Iterable
from datetime import date

from top50.errors import RefusedError

SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")


def read_days(texts: Iterable[str], others: Iterable[str] = ()) -> dict[str, str]:
    """The dates by how they are written; a text that is not a date is left out.

    Whether the day or the month comes first is decided from all of them, and from ``others``: dates in other columns,
    which the same spreadsheet has written. RefusedError where that does not settle it.
    """
    texts = set(texts)
    unclear = sorted(filter(_is_unclear, texts))
    first = (_what_is_first(texts) or _what_is_first(others)) if unclear else None
    if unclear and not first:
        raise RefusedError(
            f"{unclear[0]} can be read as day and month or as month and day, and no date in the file settles it. "
            "Write the dates as 2025-02-12"
        )
    return {text: found for text in texts if (found := _read(text, first == "day"))}


def _parts(text: str) -> tuple[int, int, int] | None:
    match = SLASHED.fullmatch(text.strip())
    return (int(match[1]), int(match[3]), int(match[4])) if match else None


def _is_unclear(text: str) -> bool:
    parts = _parts(text)
    return parts is not None and parts[0] != parts[1] and parts[0] <= 12 and parts[1] <= 12


def _what_is_first(texts: Iterable[str]) -> str | None:
    """What comes first, by the dates that can be read in one way only; RefusedError when they contradict each other."""
    found = [parts for parts in map(_parts, texts) if parts]
    firsts = {"day": [it for it in found if it[0] > 12 >= it[1]], "month": [it for it in found if it[1] > 12 >= it[0]]}
    if firsts["day"] and firsts["month"]:
        raise RefusedError(
            f"some dates begin with the day ({'/'.join(map(str, firsts['day'][0]))}) and some with the month "
            f"({'/'.join(map(str, firsts['month'][0]))}). Write the dates as 2025-02-12"
        )
    return next((name for name, seen in firsts.items() if seen), None)


def _read(text: str, day_first: bool) -> str | None:
    try:
        parts = _parts(text)
        if parts is None:
            return date.fromisoformat(text.strip()[:10]).isoformat() if "-" in text else None
        one, two, year = parts
        day, month = (one, two) if (day_first or one > 12) else (two, one)
        return date(year, month, day).isoformat()
    except ValueError:
        return None
