"""Raw files that nobody should land, made one from another, each with what must become of it."""

import codecs
import copy
import gzip
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from glue_jobs.raw_files import album, artist, as_bytes, entry, envelope, page, playlist, track

Json = dict[str, Any]

# Every JSON type, and numbers that no column can hold.
VALUES = ["x", 7, 1.5, True, [], {}, [[[]]], 10**30, 1e300]
RELEASE_DATES = {
    "": None,
    "0000": None,
    "0000-00-00": None,
    "1981": "1981-01-01",
    "1981-12": "1981-12-01",
    "1981-12-15": "1981-12-15",
    "1981-13-45": None,
    "2023-02-29": None,
    "x" * 1_000: None,
}
LONG = "x" * 10_000_000


@dataclass(frozen=True)
class Hostile:
    """A file, under the name of what is wrong with it; ``place`` is where, empty when it must be loaded all the same.

    A file that is loaded is the chart of its name.
    """

    name: str
    data: bytes
    place: str = ""


def complete(chart="global") -> Json:
    """A chart with a value in every place that the job knows."""
    csv = {"streams": 9, "peak_rank": 1, "previous_rank": 2, "days_on_chart": 3}
    return envelope(entry(track(external_ids={"isrc": "USAT22600001"}), csv=csv), chart=chart)


def places(value, place="") -> Iterator[tuple[str, list[str | int]]]:
    """Every place in a document, as the job writes it and as the steps that lead there."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        inside = f"{place}[{step}]" if isinstance(step, int) else f"{place}.{step}".lstrip(".")
        yield inside, [step]
        for deeper, way in places(inner, inside):
            yield deeper, [step, *way]


def with_value(document, way, value):
    """The document with another value at the end of the way."""
    other = copy.deepcopy(document)
    owner = other
    for step in way[:-1]:
        owner = owner[step]
    owner[way[-1]] = value
    return other


def at_end(document, way):
    """The value at the end of the way."""
    for step in way:
        document = document[step]
    return document


def wrong_types(document) -> Iterator[tuple[str, Json]]:
    """The document again and again, each time with one value of a wrong type, and the place of that value."""
    for place, way in places(document):
        right = at_end(document, way)
        for value in VALUES:
            if type(value) is not type(right) or value == 10**30:
                yield place, with_value(document, way, value)


def nulls(document) -> Iterator[tuple[str, Json]]:
    """The document again and again, each time with null in one place, and that place."""
    for place, way in places(document):
        yield place, with_value(document, way, None)


def hostile_files() -> Iterator[Hostile]:
    """Everything that people, disks and services make of a chart."""
    good = as_bytes(complete())
    for tenth in range(1, 10):
        yield Hostile(f"truncated-{tenth}", good[: len(good) * tenth // 10], "line 1 column")
    yield from no_json(good)
    yield from no_chart()
    yield from odd_charts()


def no_json(good: bytes) -> Iterator[Hostile]:
    """Bytes that hold no JSON."""
    yield Hostile("empty", b"", "file")
    yield Hostile("blank", b" \r\n\t", "file")
    yield Hostile("zeros", bytes(1_000), "line 1 column 1")
    yield Hostile("gzip", gzip.compress(good), "file")
    yield Hostile("two-byte-text", good.decode().encode("utf-16"), "byte 0")
    yield Hostile("broken-text", good.replace(b"Song", b"S\xffng"), "byte ")
    yield Hostile("bare-nul", good.replace(b"Song", b"S\0ng"), "line 1 column")
    yield Hostile("twice", good + good, "line 1 column")
    yield Hostile("deep", b'{"items": ' + b"[" * 100_000, "file")
    yield Hostile("deep-objects", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "file")
    yield Hostile("digits", b'{"items": ' + b"9" * 5_000 + b"}", "items")
    yield Hostile("nan", as_bytes(envelope(total=math.nan)), "file")
    yield Hostile("infinity", as_bytes(envelope(total=-math.inf)), "file")
    yield Hostile("web-page", b"<html><body>503 Service Unavailable</body></html>", "line 1 column 1")


def no_chart() -> Iterator[Hostile]:
    """JSON that holds no chart."""
    yield Hostile("empty-list", b"[]", "$")
    yield Hostile("nested-lists", b"[[[[]]]]", "$")
    yield Hostile("two-answers", as_bytes([page(), page()]), "$")
    yield Hostile("null", b"null", "$")
    yield Hostile("text", b'"chart"', "$")
    yield Hostile("no-fields", b"{}", "$")
    yield Hostile("spotify-error", as_bytes({"error": {"status": 404, "message": "Resource not found"}}), "$")
    yield Hostile("only-a-link", as_bytes(playlist() | {"tracks": {"href": "x", "total": 50}}), "tracks")
    yield Hostile("no-entries", as_bytes(envelope(total=0, pages=[{"items": []}])), "items")
    yield Hostile("too-few-entries", as_bytes(envelope(total=50)), "total")
    yield Hostile("other-date", as_bytes(envelope(chart_date="2026-11-21")), "chart_date")
    yield Hostile("long-in-place-of-a-date", as_bytes(envelope(chart_date=LONG)), "chart_date")
    yield Hostile("path-for-a-chart", as_bytes(envelope(chart="../../lake")), "chart")
    yield Hostile("half-a-character", as_bytes(envelope(entry(track(name="\ud83d")))), "pages[0].items[0].track.name")


def odd_charts() -> Iterator[Hostile]:
    """Charts that are strange, and charts nevertheless."""

    def odd(name, *entries, **fields):
        return Hostile(name, as_bytes(envelope(*entries, chart=name, **fields)))

    yield Hostile("byte-order-mark", codecs.BOM_UTF8 + as_bytes(envelope(chart="byte-order-mark")))
    yield Hostile("pretty", json.dumps(envelope(chart="pretty"), indent=4).encode())
    twice = as_bytes(envelope(chart="named-twice"))
    yield Hostile("named-twice", twice.replace(b'"chart": ', b'"chart": "first", "chart": '))
    yield odd("long-name", entry(track("long", name=LONG)))
    yield odd("nul", entry(track("nul\0", name="a\0b", artists=[artist("nul\0")])))
    yield odd("scripts", entry(track("ق", name="Ä 音楽 🎵 \u202e \ufeff")))
    yield odd("many", *(entry(track(f"m{number}")) for number in range(1_000)))
    yield odd("nothing-but-gaps", None, {"track": None}, {"item": None})
    yield odd("episode", entry({"id": "e1", "type": "episode", "name": "Talk"}), entry())
    yield odd("local-file", entry(track(id=None, album=None, artists=None), is_local=True), entry())
    yield odd("bare-song", {"track": {"id": "bare"}}, playlist=None)
    yield odd("no-ids", entry(track("no-ids", album=album("", artists=None), artists=[artist(""), artist(None), None])))
    dated = [track(f"d{number}", album=album(f"d{number}", release_date=d)) for number, d in enumerate(RELEASE_DATES)]
    yield odd("release-dates", *map(entry, dated))
    yield odd("first-moment", entry(added_at="0001-01-01T00:00:00Z"), fetched_at="0001-01-01T00:00:00Z")
    yield odd("last-moment", entry(added_at="9999-12-31T23:59:59Z"), fetched_at="9999-12-31T23:59:59Z")
    yield odd("greatest-numbers", entry(track(duration_ms=2**31 - 1), csv={"streams": 2**63 - 1}))
    yield odd("least-numbers", entry(track(duration_ms=-(2**31)), csv={"streams": -(2**63)}))
