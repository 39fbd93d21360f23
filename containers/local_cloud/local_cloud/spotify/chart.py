"""The chart of any day: the fifty hottest songs of the pools that compete on it."""

import datetime as dt
import functools
import heapq
import math
import random

from local_cloud.spotify.hits import Hit, lively_hits
from local_cloud.spotify.markets import CHARTS, Pool
from local_cloud.spotify.songs import Song, song_on

ENTRIES = 50
# No pool sends more songs than this to one chart; it keeps the year of 74 charts quick.
_CONTENDERS = 90
_PRIME = 2**31 - 1
# Of a song whose heat and taste come to 0.
_STREAMS = 1_000_000


def chart_entries(chart: str, day: dt.date) -> tuple[Song, ...]:
    """Return the fifty songs of a chart, the first place first; the same for the same chart and day, always."""
    return tuple(song for song, _streams in chart_streams(chart, day))


@functools.lru_cache(maxsize=256)
def chart_streams(chart: str, day: dt.date) -> tuple[tuple[Song, int], ...]:
    """Return the same with how often each song was streamed on the day."""
    number = day.toordinal()
    scores = [
        (heat + strength + _taste(chart, hit, number), hit)
        for pool, strength in CHARTS[chart]
        for heat, hit in _contenders(pool, number)
    ]
    best = heapq.nlargest(ENTRIES, scores, key=lambda scored: scored[0])
    return tuple((song_on(hit, number), round(_STREAMS * math.exp(score))) for score, hit in best)


def popularity(hit: Hit, day: dt.date) -> int:
    """Return Spotify's number from 0 to 100 for a song on a day."""
    heat = max(-12.0, hit.curve.heat(day.toordinal()))
    return max(1, min(100, round(86 + 5 * heat - hit.seed % 15)))


@functools.lru_cache(maxsize=256)
def _contenders(pool: Pool, day: int) -> list[tuple[float, Hit]]:
    heats = [(hit.curve.heat(day), hit) for hit in lively_hits(pool, day)]
    return heapq.nlargest(_CONTENDERS, heats, key=lambda scored: scored[0])


def _taste(chart: str, hit: Hit, day: int) -> float:
    """What a country likes beyond the songs' own heat: the same songs every day, with small shifts between days."""
    liking = (hit.seed * _taste_factor(chart) % _PRIME) / _PRIME
    phase = hit.phase + math.tau * liking
    weekend = 0.06 * math.sin(day * math.tau / 7 + phase)
    mood = 0.07 * math.sin(day / (1.3 + liking) + 3 * phase) + 0.09 * math.sin(day / 5.3 + 7 * phase)
    spread = 0.0 if chart == "global" else 1.6
    return spread * (liking - 0.5) + weekend + mood


@functools.cache
def _taste_factor(chart: str) -> int:
    return random.Random(f"taste/{chart}").randrange(2**20, _PRIME)
