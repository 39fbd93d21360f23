"""Columns of Parquet files, decoded to the catalogue's types and kept for the next query."""

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.stores import Store
from local_cloud.aws.glue.hive_types import trino_type
from local_cloud.aws.s3.objects import NoSuchObjectError, S3Object

CACHE_BYTES = 256 * 1024 * 1024
# What a Parquet file begins and ends with.
MAGIC = b"PAR1"


class ColumnCache:
    """Decoded columns by the ETag of their file; emptied when they would take more than their share of memory."""

    def __init__(self) -> None:
        self._size = 0
        self._columns: dict[tuple[str, str, pa.DataType], pa.ChunkedArray] = {}

    def read(self, store: Store, file: S3Object, wanted: Mapping[str, pa.DataType]) -> dict[str, pa.ChunkedArray]:
        """The wanted columns of a file; a column that the file lacks is all NULL."""
        found = {name: self._columns.get((file.etag, name, kind)) for name, kind in wanted.items()}
        if None not in found.values():
            return found
        try:
            etag, content = store.read(file)
        except NoSuchObjectError as error:
            raise QueryError("HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split {error}: NoSuchKey") from error
        try:
            decoded = _decode(file, content, wanted)
        except (pa.ArrowInvalid, OSError) as error:
            raise _damage(file, content, str(error).partition("\n")[0]) from error
        self._size += sum(column.nbytes for column in decoded.values())
        if self._size > CACHE_BYTES:
            self._columns, self._size = {}, 0
        self._columns |= {(etag, name, wanted[name]): column for name, column in decoded.items()}
        return decoded


def _damage(file: S3Object, content: bytes, problem: str) -> QueryError:
    """What is wrong with a file that cannot be decoded."""
    if content[-4:] == MAGIC:
        return QueryError("HIVE_CURSOR_ERROR", f"Failed to read Parquet file: {file.uri} (it is damaged: {problem})")
    cause = "it is truncated" if content[:4] == MAGIC else "it is not a Parquet file"
    message = f"Not valid Parquet file: {file.uri} expected magic number: PAR1 got: {content[-4:].hex(' ')} ({cause})"
    return QueryError("HIVE_BAD_DATA", message)


def _decode(file: S3Object, content: bytes, wanted: Mapping[str, pa.DataType]) -> dict[str, pa.ChunkedArray]:
    with pq.ParquetFile(pa.BufferReader(content)) as parquet:
        actual = {name.lower(): name for name in parquet.schema_arrow.names}
        present = [actual[name] for name in wanted if name in actual]
        rows = parquet.read(columns=present, use_threads=False) if present else None
        count = parquet.metadata.num_rows
    return {
        name: _as_declared(file, name, rows[actual[name]], kind)
        if rows is not None and name in actual
        else pa.chunked_array([pa.nulls(count, kind)])
        for name, kind in wanted.items()
    }


def _as_declared(file: S3Object, name: str, column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if not _readable(column.type, kind):
        message = (
            f"Field {name}'s type {str(column.type).upper()} in parquet file {file.uri} is incompatible "
            f"with type {trino_type(kind)} defined in table schema"
        )
        raise QueryError("HIVE_BAD_DATA", message)
    if pa.types.is_timestamp(kind):
        # Athena's timestamps have milliseconds.
        column = column.cast(pa.timestamp("ms"), safe=False)
    return column.cast(kind)


def _readable(stored: pa.DataType, declared: pa.DataType) -> bool:
    """Whether Athena reads the stored type as the declared one: numbers widen, nothing else changes."""
    if pa.types.is_dictionary(stored):
        return _readable(stored.value_type, declared)
    if pa.types.is_list(declared) and (pa.types.is_list(stored) or pa.types.is_large_list(stored)):
        return _readable(stored.value_type, declared.value_type)
    if pa.types.is_decimal(declared):
        return bool(pa.types.is_decimal(stored)) and stored.scale <= declared.scale
    if pa.types.is_string(declared):
        return bool(pa.types.is_string(stored) or pa.types.is_large_string(stored))
    for is_of_kind in (pa.types.is_integer, pa.types.is_floating):
        if is_of_kind(declared):
            return bool(is_of_kind(stored)) and stored.bit_width <= declared.bit_width
    return bool(stored == declared or (pa.types.is_timestamp(declared) and pa.types.is_timestamp(stored)))
