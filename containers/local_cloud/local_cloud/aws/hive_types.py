"""The Glue catalogue's column types (Hive's names), from and to the Arrow types that files are read with."""

import re

import pyarrow as pa

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
_TRINO = {"int": "integer", "float": "real", "string": "varchar", "binary": "varbinary", "timestamp": "timestamp(3)"}
# Names, numbers and punctuation of a type such as struct<id:string,n:array<decimal(10,2)>>.
_WORD = re.compile(r"[a-z0-9_$]+|[<>:,()]")


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
    if pa.types.is_map(arrow):
        return f"map<{hive_type(arrow.key_type)},{hive_type(arrow.item_type)}>"
    if pa.types.is_struct(arrow):
        fields = ",".join(f"{field.name.lower()}:{hive_type(field.type)}" for field in arrow)
        return f"struct<{fields}>"
    for name, simple in _SIMPLE.items():
        if arrow == simple:
            return name
    raise UnknownTypeError(f"Parquet type {arrow} has no Hive type")


def arrow_type(hive: str) -> pa.DataType:
    """The Arrow type that holds a catalogue column's values."""
    words = _WORD.findall(hive.lower())
    found = _parse(words)
    if words:
        raise UnknownTypeError(f"Hive type {hive}")
    return found


def _parse(words: list[str]) -> pa.DataType:
    """The type that the list begins with; its words are taken off the list."""
    name = words.pop(0) if words else ""
    if name in _SIMPLE:
        return _SIMPLE[name]
    if name in ("varchar", "char"):
        _take(words, 3)
        return pa.string()
    if name == "decimal":
        size = _take(words, 5)
        return pa.decimal128(int(size[1]), int(size[3])) if size else pa.decimal128(10, 0)
    if name == "array":
        _take(words, 1)
        item = _parse(words)
        _take(words, 1)
        return pa.list_(item)
    if name == "map":
        _take(words, 1)
        key = _parse(words)
        _take(words, 1)
        value = _parse(words)
        _take(words, 1)
        return pa.map_(key, value)
    if name == "struct":
        return pa.struct(_fields(words))
    raise UnknownTypeError(f"Hive type {name}")


def _fields(words: list[str]) -> list[pa.Field]:
    fields = []
    while _take(words, 1) != [">"]:
        field, _colon = _take(words, 2)
        fields.append(pa.field(field, _parse(words)))
    return fields


def _take(words: list[str], count: int) -> list[str]:
    """The next words, or none when a type's size in brackets was left out."""
    if count > 2 and words[:1] != ["("]:
        return []
    taken = words[:count]
    del words[:count]
    return taken


def trino_type(arrow: pa.DataType) -> str:
    """What Trino (a view's definition, an error message) calls the type."""
    if pa.types.is_list(arrow):
        return f"array({trino_type(arrow.value_type)})"
    if pa.types.is_map(arrow):
        return f"map({trino_type(arrow.key_type)}, {trino_type(arrow.item_type)})"
    if pa.types.is_struct(arrow):
        return f"row({', '.join(f'{field.name} {trino_type(field.type)}' for field in arrow)})"
    name = hive_type(arrow)
    return _TRINO.get(name, name)
