"""A table of the catalogue as DuckDB reads it: the partitions a filter leaves, with the catalogue's types."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.dataset as ds

from local_cloud.aws.athena.catalog import Partition, Table
from local_cloud.aws.athena.columns import ColumnCache
from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.stores import Store
from local_cloud.aws.s3.objects import NoSuchBucketError, S3Object


@dataclass
class Scanned:
    """What a query has read, and the error that stopped it while reading."""

    files: list[S3Object] = field(default_factory=list)
    error: QueryError | None = None

    @property
    def size(self) -> int:
        """Bytes of the files; Athena reads Parquet files below 3 MB whole."""
        return sum(file.size for file in self.files)


class CatalogDataset(ds.Dataset):  # type: ignore[misc] # pyarrow ships no types.
    """What DuckDB scans: it calls ``scanner`` with the columns and the filter that it could push down."""

    def __init__(self, table: Table, cache: ColumnCache, scanned: Scanned, limit: int | None) -> None:
        # A Dataset made from Python has no C++ side; nothing of it is used but the two members below.
        self._table = table
        self._cache = cache
        self._scanned = scanned
        self._limit = limit
        self._schema = table.schema()

    @property
    def schema(self) -> pa.Schema:
        """The columns, partition keys last."""
        return self._schema

    def scanner(self, columns: list[str] | None = None, filter: Any = None, **options: Any) -> Any:
        """The rows that pass the filter."""
        try:
            # An expression does not tell its columns; a name found in its text by chance only costs reading one more.
            text = str(filter) if filter is not None else ""
            used = [name for name in self._schema.names if columns is None or name in columns or name in text]
            rows = self._read(used, filter)
        except QueryError as error:
            # DuckDB makes an error of its own from it; the query's reason is this one.
            self._scanned.error = error
            raise
        return ds.InMemoryDataset(rows).scanner(columns=columns, filter=filter, **options)

    def _read(self, names: list[str], condition: Any) -> pa.Table:
        keys = self._table.partition_keys()
        schema = pa.schema([self._schema.field(name) for name in names])
        wanted = {name: schema.field(name).type for name in names if name not in keys}
        partitions = _pruned(self._table.partitions(), self._schema, list(keys), condition)
        files = list(_files(self._table.store, partitions))
        self._scanned.files.extend(file for _values, file in files)
        if self._limit is not None and self._scanned.size > self._limit:
            raise QueryError("", "Bytes scanned limit was exceeded")
        # Where only keys are asked for, the number of rows has to come from somewhere: any column will do.
        counted = wanted or {"": pa.null()}
        pieces: dict[str, list[pa.Array]] = {name: [] for name in names}
        for partition_values, file in files:
            columns = self._cache.read(self._table.store, file, counted)
            count = len(next(iter(columns.values())))
            values = dict(zip(keys, partition_values, strict=True))
            for name in names:
                pieces[name].extend(
                    columns[name].chunks if name in wanted else [_repeated(values[name], schema.field(name), count)]
                )
        arrays = [pa.chunked_array(pieces[name], type=schema.field(name).type) for name in names]
        return pa.Table.from_arrays(arrays, schema=schema)


def _files(store: Store, partitions: list[Partition]) -> Iterator[tuple[tuple[str, ...], S3Object]]:
    try:
        found = store.data_files([location for _values, location in partitions])
    except NoSuchBucketError as error:
        message = f"The specified bucket does not exist (Bucket: {error})"
        raise QueryError("HIVE_CANNOT_OPEN_SPLIT", message) from error
    for (values, _location), files in zip(partitions, found, strict=True):
        yield from ((values, file) for file in files)


def _pruned(partitions: list[Partition], schema: pa.Schema, keys: list[str], condition: Any) -> list[Partition]:
    """The partitions that can hold rows for the filter; Arrow decides, from what the keys' values imply."""
    if condition is None or not keys:
        return partitions
    guarantees = []
    for values, _location in partitions:
        pairs = zip(keys, values, strict=True)
        equals = [ds.field(key) == pa.scalar(value).cast(schema.field(key).type) for key, value in pairs]
        guarantee = equals[0]
        for each in equals[1:]:
            guarantee = guarantee & each
        guarantees.append(guarantee)
    numbered = ds.FileSystemDataset.from_paths(
        [str(number) for number in range(len(partitions))],
        schema=schema,
        format=ds.ParquetFileFormat(),
        filesystem=pa.fs.LocalFileSystem(),
        partitions=guarantees,
    )
    return [partitions[int(fragment.path)] for fragment in numbered.get_fragments(filter=condition)]


def _repeated(value: str, column: pa.Field, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value).cast(column.type), count)
