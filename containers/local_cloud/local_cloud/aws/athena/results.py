"""A query's rows as Athena gives them: every value as text, types by Athena's names, the CSV file on S3."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from local_cloud.aws.athena.errors import unsupported

Row = list[str | None]

# DuckDB's types where Athena has another name in a result; sums of whole numbers are a hugeint in DuckDB.
_NAMES = {"hugeint": "bigint", "blob": "varbinary", "list": "array"}
_NAMES |= dict.fromkeys(('"null"', "null", "sqlnull"), "unknown")
# Of every type that a result may have, the precision that Athena states.
_PRECISIONS = dict.fromkeys(("boolean", "uuid", "date", "array", "unknown"), 0)
_PRECISIONS |= {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "float": 17, "double": 17, "decimal": 38}
_PRECISIONS |= {"varchar": 2147483647, "varbinary": 1073741824, "timestamp": 3, "timestamp with time zone": 3}
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
    return Column(name, "varchar", _PRECISIONS["varchar"])


def columns(relation: Any) -> list[Column]:
    """The columns of a relation of DuckDB."""
    found = []
    for place, (name, kind) in enumerate(zip(relation.columns, relation.types, strict=True)):
        athena = _NAMES.get(kind.id, kind.id)
        if athena not in _PRECISIONS:
            raise unsupported(f"a result of type {kind}")
        # Without a name of its own a column has one by its place, in whichever subquery it was made.
        shown = f"_col{place}" if name.startswith("_col") and name[4:].isdigit() else name
        sizes = dict(kind.children) if kind.id == "decimal" else {}
        precision = sizes.get("precision", _PRECISIONS[athena])
        found.append(Column(shown, athena, precision, sizes.get("scale", 0)))
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
