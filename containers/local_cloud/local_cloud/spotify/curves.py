"""How a song fares over time: its heat, the logarithm of its streams up to a constant, on any day."""

import datetime as dt
import functools
import math
from dataclasses import dataclass

NEVER = -math.inf


@dataclass(frozen=True, slots=True)
class Rise:
    """A new song: a rush of fans or a slow climb, a plateau, a decline, and for some a comeback."""

    debut: int
    strength: float
    rush: float
    climb: float
    climb_days: float
    plateau: int
    lifetime: int
    comeback: float
    comeback_age: int

    def heat(self, day: int) -> float:
        """Return the heat on a day; minus infinity before the debut."""
        age = day - self.debut
        if age < 0:
            return NEVER
        heat = self.strength - max(0, age - self.plateau) / self.lifetime
        if self.rush:
            heat += self.rush * math.exp(-age / 4)
        if self.climb:
            heat -= self.climb * math.exp(-age / self.climb_days)
        if self.comeback:
            heat += self.comeback * math.exp(-(((age - self.comeback_age) / 14) ** 2))
        return heat


@dataclass(frozen=True, slots=True)
class Classic:
    """An old song that never leaves: it drifts in and out of the chart's last places."""

    strength: float
    period: float
    phase: float

    def heat(self, day: int) -> float:
        """Return the heat on a day."""
        return self.strength + 0.4 * math.sin(day / self.period + self.phase)


@dataclass(frozen=True, slots=True)
class Christmas:
    """A song that returns each November, peaks on Christmas Eve and is gone before the year."""

    strength: float

    def heat(self, day: int) -> float:
        """Return the heat on a day; minus infinity for most of the year."""
        return self.strength + _season(day)


Curve = Rise | Classic | Christmas


@functools.lru_cache(maxsize=2**10)
def _season(day: int) -> float:
    until = dt.date(dt.date.fromordinal(day).year, 12, 24).toordinal() - day
    if until > 45:
        return NEVER
    return -until / 14 if until > 0 else 1.1 * until
