"""From bytes to the types of raw_format, or a RawFileError with the exact place."""

import codecs
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from chart_transform.bundles import GZIP
from chart_transform.errors import RawFileError
from chart_transform.keys import BUNDLE_ENDING

Decoded = TypeVar("Decoded")

LONE_SURROGATE = re.compile("[\ud800-\udfff]")
MISSING_FIELD = re.compile("Object missing required field `(.+)`")


def read_json(data: bytes, read: Callable[[bytes], Decoded]) -> Decoded:
    """What ``read`` makes of a file's JSON, with calls of ``decode``; RawFileError when the file holds no JSON."""
    text = _text(data)
    try:
        return read(data.removeprefix(codecs.BOM_UTF8))
    except (msgspec.DecodeError, RecursionError):
        document = _load(text)
    # msgspec refuses half a character in all texts, Python's json in none; the job needs only some of the texts.
    halves = set[str]()
    try:
        return read(msgspec.json.encode(_without_halves(document, "", halves)))
    except RawFileError as error:
        if error.place in halves:
            raise RawFileError("text with half a character (a lone surrogate)", error.place) from None
        raise
    except (msgspec.DecodeError, RecursionError) as error:
        raise RawFileError(f"not JSON that can be read: {error}", "file") from None


def decode(data: bytes | msgspec.Raw, decoder: msgspec.json.Decoder[Decoded], place: str) -> Decoded:
    """The value at ``place``; RawFileError names the place of what has a wrong type, or is missing."""
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        problem, _at, path = str(error).partition(" - at `$")
        place += path.rstrip("`")
        if missing := MISSING_FIELD.fullmatch(problem):
            problem, place = "it is missing", f"{place}.{missing[1]}"
        raise RawFileError(problem, place.lstrip(".") or "$") from None


def _text(data: bytes) -> str:
    if not data.strip():
        raise RawFileError("the file is empty", "file")
    if data.startswith(GZIP):
        raise RawFileError(
            "the file is compressed with gzip", "file", f"decompress it; a bundle is named *{BUNDLE_ENDING}"
        )
    try:
        # msgspec does not look at texts that no type names.
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RawFileError("not UTF-8 text", f"byte {error.start}") from None


def _load(text: str) -> Any:
    """The document by Python's json, whose errors name line and column."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RawFileError(f"not JSON: {error.msg}", f"line {error.lineno} column {error.colno}") from None
    except RecursionError:
        raise RawFileError("not a chart: nested too deeply", "file") from None
    except ValueError as error:  # A number of thousands of digits.
        raise RawFileError(f"not JSON that can be read: {error}", "file") from None


def _no_constant(name: str) -> None:
    raise RawFileError(f"not JSON: {name} is no JSON value", "file")


def _without_halves(value: Any, place: str, halves: set[str]) -> Any:
    """The document with an object, which no text may be, for each text with half a character; notes their places."""
    if isinstance(value, dict):
        return {
            LONE_SURROGATE.sub("\ufffd", key): _without_halves(inner, f"{place}.{key}".lstrip("."), halves)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_without_halves(inner, f"{place}[{index}]", halves) for index, inner in enumerate(value)]
    if isinstance(value, str) and LONE_SURROGATE.search(value):
        halves.add(place)
        return {}
    return value
