"""Where songs come from and which compete on which chart, as markets.toml says."""

import functools
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from local_cloud.spotify.ids import digest_of


@dataclass(frozen=True, eq=False)
class Pool:
    """A source of songs: see markets.toml."""

    name: str
    place: int
    language: str
    isrc: str
    songs: int
    artists: int
    english: float = 0.0


_MARKETS: dict[str, Any] = tomllib.loads(
    (resources.files("local_cloud.spotify") / "markets.toml").read_text(encoding="utf-8")
)
_COUNTRIES: list[str] = _MARKETS["countries"]["codes"].split()

POOLS = tuple(Pool(name, place, **facts) for place, (name, facts) in enumerate(_MARKETS["pools"].items()))
WORLD = POOLS[0]
_BY_NAME = {pool.name: pool for pool in POOLS}
CHARTS: dict[str, tuple[tuple[Pool, float], ...]] = {
    chart: tuple((_BY_NAME[name], strength) for name, strength in pools.items())
    for chart, pools in _MARKETS["charts"].items()
}


@functools.lru_cache(maxsize=4096)
def sold_in(thing_id: str) -> list[str]:
    """Name the countries that may play a song or album: nearly always all but one or two of them."""
    number = digest_of(64, "markets", thing_id)
    if number % 40 == 0:
        return _COUNTRIES[number % 170 :][: 1 + number % 7]
    missing = {number % 911, number % 613, number % 401}
    return [country for place, country in enumerate(_COUNTRIES) if place not in missing]
