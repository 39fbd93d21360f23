"""Cohorts of songs: what each pool brings out each week.

Nothing is stored: a cohort is drawn from a generator seeded with its pool and week, so the songs of any day of any
year can be asked for directly.
"""

import datetime as dt
import functools
import math
import random
from dataclasses import dataclass

from local_cloud.spotify.markets import WORLD, Pool

NEVER = -math.inf
# Weeks start on Fridays, when new music appears. The first two hold the songs that return every year.
FIRST_FRIDAY = dt.date(2000, 1, 7).toordinal()
CLASSICS_WEEK, CHRISTMAS_WEEK, FIRST_WEEK = 0, 1, 2
_LIVELY_WEEKS = 75
_CHRISTMAS_SONGS = 36


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


@dataclass(frozen=True, slots=True, eq=False)
class Hit:
    """A song as charts see it: where it comes from, its curve, and when (if ever) it moves to an album."""

    pool: Pool
    week: int
    index: int
    release: int
    debut: int
    album_day: int | None
    seed: int
    phase: float
    curve: Curve

    @property
    def debut_date(self) -> dt.date:
        """The day the song first came out."""
        return dt.date.fromordinal(self.debut)

    @property
    def lead(self) -> "Hit":
        """The first song of the same release; itself for a single."""
        return cohort(self.pool, self.week)[self.release]

    @property
    def language(self) -> str:
        """The language of its words and names."""
        if isinstance(self.curve, Christmas):
            return "christmas"
        return "en" if self.seed % 100 < 100 * self.pool.english else self.pool.language


def lively_hits(pool: Pool, day: int) -> list[Hit]:
    """List the songs of a pool that may have any heat on a day."""
    this_week = (day - FIRST_FRIDAY) // 7
    weeks = range(max(FIRST_WEEK, this_week - _LIVELY_WEEKS), this_week + 1)
    return [hit for week in (CLASSICS_WEEK, CHRISTMAS_WEEK, *weeks) for hit in cohort(pool, week)]


@functools.lru_cache(maxsize=2**13)
def cohort(pool: Pool, week: int) -> tuple[Hit, ...]:
    """Draw the songs that a pool brings out in a week."""
    rng = random.Random(f"cohort/{pool.name}/{week}")
    if week == CLASSICS_WEEK:
        curves = [
            Classic(strength=rng.gauss(0.3, 0.4), period=rng.uniform(20, 70), phase=rng.uniform(0, math.tau))
            for _ in range(4 * pool.songs)
        ]
        return tuple(_old_hit(rng, pool, week, index, curve) for index, curve in enumerate(curves))
    if week == CHRISTMAS_WEEK:
        songs = _CHRISTMAS_SONGS if pool is WORLD else 0
        return tuple(_old_hit(rng, pool, week, index, Christmas(rng.gauss(1.9, 0.6))) for index in range(songs))
    hits: list[Hit] = []
    while len(hits) < pool.songs:
        hits += _new_release(rng, pool, week, first=len(hits))
    return tuple(hits)


def _old_hit(rng: random.Random, pool: Pool, week: int, index: int, curve: Curve) -> Hit:
    debut = dt.date(1958, 1, 1).toordinal() + int(rng.random() ** 0.6 * 55 * 365)
    return Hit(pool, week, index, index, debut, None, rng.getrandbits(40), rng.uniform(0, math.tau), curve)


def _new_release(rng: random.Random, pool: Pool, week: int, first: int) -> list[Hit]:
    """Draw one single, or an album that brings several songs at once."""
    debut = FIRST_FRIDAY + 7 * week + (0 if rng.random() < 0.8 else rng.randrange(1, 7))
    is_album = rng.random() < 0.1
    strength = rng.gauss(1.2 if is_album else 0.9, 0.6)
    songs = rng.randrange(2, 6) if is_album else 1
    bursts = is_album or rng.random() < 0.4
    album_day = FIRST_FRIDAY + 7 * (week + rng.randrange(4, 16)) if not is_album and rng.random() < 0.25 else None
    return [
        Hit(
            pool=pool,
            week=week,
            index=first + place,
            release=first,
            debut=debut,
            album_day=album_day,
            seed=rng.getrandbits(40),
            phase=rng.uniform(0, math.tau),
            curve=_rise(rng, debut, strength - 0.3 * place, bursts),
        )
        for place in range(songs)
    ]


def _rise(rng: random.Random, debut: int, strength: float, bursts: bool) -> Rise:
    return Rise(
        debut=debut,
        strength=strength,
        rush=rng.uniform(0.4, 1.3) if bursts else 0.0,
        climb=0.0 if bursts else rng.uniform(0.5, 3.0),
        climb_days=rng.uniform(8, 30),
        plateau=0 if bursts else rng.randrange(20, 80),
        lifetime=rng.randrange(18, 90) if bursts else rng.randrange(45, 150),
        comeback=rng.uniform(0.8, 2.2) if rng.random() < 0.15 else 0.0,
        comeback_age=rng.randrange(60, 400),
    )
