"""A query's rows as Athena gives them: every value as text, types by Athena's names, the CSV file on S3."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from local_cloud.aws.athena.errors import unsupported

Row = list[str | None]

# DuckDB's types as Athena names them in a result, with the precision it states.
_TYPES = {
    "boolean": ("boolean", 0),
    "tinyint": ("tinyint", 3),
    "smallint": ("smallint", 5),
    "integer": ("integer", 10),
    "bigint": ("bigint", 19),
    # What sum and count_if of whole numbers are in DuckDB.
    "hugeint": ("bigint", 19),
    "float": ("float", 17),
    "double": ("double", 17),
    "decimal": ("decimal", 38),
    "varchar": ("varchar", 2147483647),
    "uuid": ("uuid", 0),
    "date": ("date", 0),
    "timestamp": ("timestamp", 3),
    "timestamp with time zone": ("timestamp with time zone", 3),
    "blob": ("varbinary", 1073741824),
    "list": ("array", 0),
    "struct": ("row", 0),
    "map": ("map", 0),
    '"null"': ("unknown", 0),
    "null": ("unknown", 0),
    "sqlnull": ("unknown", 0),
}
_BIGINT = range(-(2**63), 2**63)


@dataclass(frozen=True)
class Column:
    """A column of a result; DECIMAL has its own precision and scale."""

    name: str
    type: str
    precision: int
    scale: int = 0

    def info(self) -> dict[str, Any]:
        """As in ResultSetMetadata."""
        return {
            "CatalogName": "hive",
            "SchemaName": "",
            "TableName": "",
            "Name": self.name,
            "Label": self.name,
            "Type": self.type,
            "Precision": self.precision,
            "Scale": self.scale,
            "Nullable": "UNKNOWN",
            "CaseSensitive": self.type == "varchar",
        }


def varchar(name: str) -> Column:
    """A column of text, such as a SHOW statement answers with."""
    return Column(name, *_TYPES["varchar"])


def columns(relation: Any) -> list[Column]:
    """The columns of a relation of DuckDB."""
    found = []
    for place, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True)):
        if kind.id not in _TYPES:
            raise unsupported(f"a result of type {kind}")
        # Without a name of its own a column has one by its place, in whichever subquery it was made.
        shown = f"_col{place}" if name.startswith("_col") and name[4:].isdigit() else name
        sizes = dict(kind.children) if kind.id == "decimal" else {}
        athena, precision = _TYPES[kind.id]
        found.append(Column(shown, athena, sizes.get("precision", precision), sizes.get("scale", 0)))
    return found


def texts(rows: Iterable[tuple[Any, ...]]) -> list[Row]:
    """Values as Athena writes them; NULL is None."""
    return [[None if value is None else _text(value) for value in row] for row in rows]


def csv(header: list[Column], rows: Iterable[Row]) -> bytes:
    """The result file: every value quoted, NULL as nothing at all."""
    names: Row = [column.name for column in header]
    lines = [names, *rows]
    return "".join(",".join(map(_quoted, line)) + "\n" for line in lines).encode()


def _quoted(value: str | None) -> str:
    return "" if value is None else '"' + value.replace('"', '""') + '"'


def _text(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            if value not in _BIGINT:
                raise OverflowError(f"bigint overflow: {value}")
            return str(value)
        case float():
            return java_double(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            zone = " UTC" if value.tzinfo else ""
            return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}{zone}"
        case date():
            return value.isoformat()
        case bytes():
            return value.hex(" ")
        case list():
            return f"[{', '.join(map(_text, value))}]"
        case dict():
            return f"{{{', '.join(f'{key}={_text(each)}' for key, each in value.items())}}}"
        case _:
            return str(value)


def java_double(value: float) -> str:
    """As Java writes a double: 1.0E7 from ten million up and 1.0E-4 below a thousandth."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value) if "e" not in repr(value) else f"{value:.17f}".rstrip("0")
    digits, _e, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"
