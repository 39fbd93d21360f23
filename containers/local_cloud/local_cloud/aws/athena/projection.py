"""Partition projection: partitions computed from a table's properties, none of them in the catalogue.

What is there in the catalogue is ignored, and so is a folder whose value lies outside the range. A property that is not
known here ends the query: Athena would heed it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product

from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.s3.objects import Location

_NOW = re.compile(r"NOW(?:\s*([+-])\s*(\d+)\s*(DAY|WEEK)S?)?", re.IGNORECASE)
_DAYS = {"DAY": 1, "WEEK": 7}
_OF_KEY = {"type", "values", "format", "range", "interval", "interval.unit"}


def projected(
    properties: Mapping[str, str], table: Location, keys: list[str]
) -> Iterator[tuple[tuple[str, ...], Location]]:
    """Every combination of the keys' values, with its folder."""
    known = {"projection.enabled"} | {f"projection.{key}.{name}" for key in keys for name in _OF_KEY}
    for name in sorted(properties.keys() - known):
        if name.startswith(("projection.", "storage.location")) and name != "storage.location.template":
            raise unsupported(f"the table property {name}")
    template = properties.get("storage.location.template")
    if template is None:
        template = table.uri + "/".join(f"{key}=${{{key}}}" for key in keys)
    for key in keys:
        if f"${{{key}}}" not in template:
            raise _invalid(f"storage.location.template does not have ${{{key}}} in it")
    for values in product(*(_values(properties, key) for key in keys)):
        folder = template
        for key, value in zip(keys, values, strict=True):
            folder = folder.replace(f"${{{key}}}", value)
        yield values, Location.parse(folder)


def _values(properties: Mapping[str, str], key: str) -> list[str]:
    kind = _property(properties, key, "type").lower()
    if kind == "enum":
        return [value.strip() for value in _property(properties, key, "values").split(",")]
    if kind != "date":
        raise unsupported(f"projection.{key}.type={kind}")
    form = properties.get(f"projection.{key}.format", "yyyy-MM-dd")
    unit = properties.get(f"projection.{key}.interval.unit", "DAYS").upper().rstrip("S")
    step = int(properties.get(f"projection.{key}.interval", "1"))
    if form != "yyyy-MM-dd" or unit not in _DAYS:
        raise unsupported(f"projection.{key} by {unit} in the format {form}")
    first, last = (_day(bound) for bound in _property(properties, key, "range").split(","))
    count = (last - first).days // (step * _DAYS[unit]) + 1
    return [(first + timedelta(days=step * _DAYS[unit] * number)).isoformat() for number in range(count)]


def _property(properties: Mapping[str, str], key: str, name: str) -> str:
    try:
        return properties[f"projection.{key}.{name}"]
    except KeyError:
        raise _invalid(f"projection.{key}.{name} is missing") from None


def _invalid(problem: str) -> QueryError:
    return QueryError("INVALID_TABLE_PROPERTY", f"The table is configured for partition projection, but {problem}")


def _day(bound: str) -> date:
    now = _NOW.fullmatch(bound.strip())
    if now is None:
        try:
            return date.fromisoformat(bound.strip())
        except ValueError:
            raise _invalid(f"{bound!r} of its range is neither a date of its format nor NOW") from None
    sign, number, unit = now.groups()
    days = int(number or 0) * _DAYS[(unit or "DAY").upper()]
    return datetime.now(UTC).date() + timedelta(days=-days if sign == "-" else days)
