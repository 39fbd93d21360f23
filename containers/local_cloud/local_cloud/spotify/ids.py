"""Ids as Spotify makes them: 22 characters of base62, the same for the same thing on every run."""

import hashlib

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LENGTH = 22
_NUMBER_BITS = 32
_ID_BITS = 128
_CHECK_BITS = _ID_BITS - _NUMBER_BITS

OWN_USER = "stand-in-user"


def is_id(text: str) -> bool:
    """Say whether a text can be an id at all; Spotify answers 400 where it cannot."""
    return len(text) == _LENGTH and all(char in _DIGITS for char in text)


def named_id(*parts: object) -> str:
    """Give the thing that these parts name its id."""
    return _base62(digest_of(_ID_BITS, *parts))


def own_playlist_id(chart: str, owner: str = OWN_USER) -> str:
    """Give the id of a listener's own copy of a chart."""
    return named_id("playlist", owner, chart)


def number_to_id(number: int) -> str:
    """Write a number as an id that looks random and can be read back, so that no table of ids is kept."""
    digest = digest_of(_CHECK_BITS, "number", number)
    masked = number ^ (digest & (2**_NUMBER_BITS - 1))
    return _base62(digest << _NUMBER_BITS | masked)


def id_to_number(text: str) -> int | None:
    """Read the number of an id, or None for an id that never was one."""
    value = 0
    for char in text:
        value = value * 62 + _DIGITS.index(char)
    digest, masked = value >> _NUMBER_BITS, value & (2**_NUMBER_BITS - 1)
    number = masked ^ (digest & (2**_NUMBER_BITS - 1))
    return number if digest_of(_CHECK_BITS, "number", number) == digest else None


def hex_code(*parts: object, length: int) -> str:
    """Give the hexadecimal code of an image or a preview."""
    return f"{digest_of(4 * length, *parts):0{length}x}"


def digest_of(bits: int, *parts: object) -> int:
    """Give the thing that these parts name a number of so many bits, to choose by."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=bits // 8).digest(), "big")


def _base62(value: int) -> str:
    digits = []
    for _ in range(_LENGTH):
        value, digit = divmod(value, 62)
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
