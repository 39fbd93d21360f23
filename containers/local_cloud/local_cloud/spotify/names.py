"""Names for artists and songs that do not exist, from the words of words.toml.

Names are counted rather than drawn: neighbouring numbers give quite different names, and no name returns before
all of its language were used.
"""

import functools
import math
import tomllib
from importlib import resources
from typing import Any


@functools.cache
def _words() -> dict[str, dict[str, Any]]:
    return tomllib.loads((resources.files("local_cloud.spotify") / "words.toml").read_text(encoding="utf-8"))


def artist_name(language: str, number: int) -> str:
    """Name the artist of this number."""
    words = _words()[language]
    return _joined(words, "given", "family", _scatter(number, len(words["given"]) * len(words["family"])))


def title(language: str, number: int) -> str:
    """Name the song or album of this number."""
    words = _words()[language]
    alone: list[str] = words["alone"]
    place = _scatter(number, len(words["opens"]) * len(words["closes"]) + len(alone)) - len(alone)
    return alone[place] if place < 0 else _joined(words, "opens", "closes", place)


def _joined(words: dict[str, Any], firsts: str, seconds: str, place: int) -> str:
    first, second = divmod(place, len(words[seconds]))
    return f"{words[firsts][first]}{words.get('join', ' ')}{words[seconds][second]}"


@functools.cache
def _stride(size: int) -> int:
    return next(step for step in range(int(size * 0.618), size) if math.gcd(step, size) == 1)


def _scatter(number: int, size: int) -> int:
    return number * _stride(size) % size
