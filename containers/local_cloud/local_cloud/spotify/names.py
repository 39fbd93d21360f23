"""Names for artists and songs that do not exist, from the words of words.toml.

Names are counted rather than drawn: neighbouring numbers give quite different names, and no name returns before
all of its language were used.
"""

import functools
import math
import tomllib
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class _Words:
    given: list[str]
    family: list[str]
    opens: list[str]
    closes: list[str]
    alone: list[str]
    join: str = " "


@functools.cache
def _words() -> dict[str, _Words]:
    text = (resources.files("local_cloud.spotify") / "words.toml").read_text(encoding="utf-8")
    return {language: _Words(**words) for language, words in tomllib.loads(text).items()}


def artist_name(language: str, number: int) -> str:
    """Name the artist of this number."""
    words = _words()[language]
    first, second = divmod(_scatter(number, len(words.given) * len(words.family)), len(words.family))
    return f"{words.given[first]}{words.join}{words.family[second]}"


def title(language: str, number: int) -> str:
    """Name the song or album of this number."""
    words = _words()[language]
    place = _scatter(number, len(words.opens) * len(words.closes) + len(words.alone)) - len(words.alone)
    if place < 0:
        return words.alone[place]
    first, second = divmod(place, len(words.closes))
    return f"{words.opens[first]}{words.join}{words.closes[second]}"


@functools.cache
def _stride(size: int) -> int:
    return next(step for step in range(int(size * 0.618), size) if math.gcd(step, size) == 1)


def _scatter(number: int, size: int) -> int:
    return number * _stride(size) % size
