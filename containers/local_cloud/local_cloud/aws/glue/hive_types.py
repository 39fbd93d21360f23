"""The Glue catalogue's words, which are Hive's: formats, and column types from and to Arrow's."""

import re
from functools import cache

import pyarrow as pa
from sqlglot import exp
from sqlglot.dialects.athena import Athena
from sqlglot.dialects.hive import Hive
from sqlglot.errors import ParseError

VIRTUAL_VIEW = "VIRTUAL_VIEW"
# What a table's storage descriptor says of its files.
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1"},
    },
}
_SIMPLE = {
    "boolean": pa.bool_(),
    "tinyint": pa.int8(),
    "smallint": pa.int16(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "float": pa.float32(),
    "double": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "string": pa.string(),
    "binary": pa.binary(),
}


class UnknownTypeError(Exception):
    """A type that has no counterpart on the other side."""


def hive_type(arrow: pa.DataType) -> str:
    """What a crawler calls the type of a Parquet column."""
    if pa.types.is_timestamp(arrow):
        return "timestamp"
    if pa.types.is_large_string(arrow):
        return "string"
    if pa.types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    if pa.types.is_dictionary(arrow):
        return hive_type(arrow.value_type)
    if pa.types.is_list(arrow) or pa.types.is_large_list(arrow):
        return f"array<{hive_type(arrow.value_type)}>"
    for name, simple in _SIMPLE.items():
        if arrow == simple:
            return name
    raise UnknownTypeError(f"Parquet type {arrow} has no Hive type")


@cache
def arrow_type(hive: str) -> pa.DataType:
    """The Arrow type that holds a catalogue column's values."""
    try:
        return _arrow(exp.DataType.build(hive, dialect=Hive))
    except (ParseError, LookupError) as error:
        raise UnknownTypeError(f"Hive type {hive}") from error


def _arrow(hive: exp.DataType) -> pa.DataType:
    inner = hive.expressions
    match hive.this:
        case exp.DType.VARCHAR | exp.DType.CHAR:
            return pa.string()
        case exp.DType.DECIMAL:
            return pa.decimal128(*(int(size.name) for size in inner)) if inner else pa.decimal128(10, 0)
        case exp.DType.ARRAY:
            return pa.list_(_arrow(inner[0]))
    return _SIMPLE[hive.sql(Hive).lower()]


@cache
def trino_type(arrow: pa.DataType) -> str:
    """What Trino (a view's definition, an error message) calls the type."""
    found = exp.DataType.build(hive_type(arrow), dialect=Hive)
    for each in found.find_all(exp.DataType):
        if each.this == exp.DType.TIMESTAMP:
            each.append("expressions", exp.DataTypeParam(this=exp.Literal.number(3)))
    return re.sub(r"(\d), (\d)", r"\1,\2", found.sql(Athena).lower())
