"""Partition projection: partitions computed from a table's properties, none of them in the catalogue.

What is there in the catalogue is ignored, and so is a folder whose value lies outside the range. A property that is not
known here ends the query: Athena would heed it.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product

from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.s3.objects import Location

_OF_KEY = {"type", "format", "range"}


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
    for values in product(*(_dates(properties, key) for key in keys)):
        folder = template
        for key, value in zip(keys, values, strict=True):
            folder = folder.replace(f"${{{key}}}", value)
        yield values, Location.parse(folder)


def _dates(properties: Mapping[str, str], key: str) -> list[str]:
    kind = _property(properties, key, "type").lower()
    form = properties.get(f"projection.{key}.format", "yyyy-MM-dd")
    if kind != "date" or form != "yyyy-MM-dd":
        raise unsupported(f"projection.{key} of the type {kind} in the format {form}")
    first, last = (_day(bound.strip()) for bound in _property(properties, key, "range").split(","))
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _property(properties: Mapping[str, str], key: str, name: str) -> str:
    try:
        return properties[f"projection.{key}.{name}"]
    except KeyError:
        raise _invalid(f"projection.{key}.{name} is missing") from None


def _invalid(problem: str) -> QueryError:
    return QueryError("INVALID_TABLE_PROPERTY", f"The table is configured for partition projection, but {problem}")


def _day(bound: str) -> date:
    if bound.upper() == "NOW":
        return datetime.now(UTC).date()
    if bound.upper().startswith("NOW"):
        raise unsupported(f"a projection's range to {bound}")
    try:
        return date.fromisoformat(bound)
    except ValueError:
        raise _invalid(f"{bound!r} of its range is neither a date of its format nor NOW") from None
