"""DuckDB, which runs what was planned."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import duckdb

from local_cloud.aws.athena.columns import ColumnCache
from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.plan import Plan
from local_cloud.aws.athena.scan import CatalogDataset, Scanned
from local_cloud.aws.athena.sql import MACROS, SETTINGS


class Engine:
    """Runs queries; what it has read from S3 it keeps for the next one."""

    def __init__(self) -> None:
        self._cache = ColumnCache()
        # One DuckDB, a connection per query: making a DuckDB takes longer than most queries.
        self._duckdb = duckdb.connect(config={"enable_external_access": "false"})
        self._duckdb.execute(SETTINGS)
        self._duckdb.execute(MACROS.read_text())
        self._running: set[Any] = set()
        self._lock = Lock()
        self._ends = False

    def interrupt(self) -> None:
        """Give up what is running, and begin nothing more."""
        with self._lock:
            self._ends = True
            for connection in self._running:
                connection.interrupt()

    def close(self) -> None:
        """Give back what DuckDB holds; nothing may run any more."""
        self._duckdb.close()

    @contextmanager
    def run(self, plan: Plan, scanned: Scanned, limit: int | None = None) -> Iterator[Any]:
        """The plan's rows and their types, as a relation of DuckDB; they are computed when they are fetched."""
        with self._connection() as connection:
            try:
                connection.execute(SETTINGS)
                for name, table in plan.tables.items():
                    connection.register(name, CatalogDataset(table, self._cache, scanned, limit))
                yield connection.sql(plan.sql)
            except duckdb.Error as error:
                raise scanned.error or _reason(error) from error

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with self._lock:
            if self._ends:
                raise QueryError("", "The local Athena ends")
            connection = self._duckdb.cursor()
            self._running.add(connection)
        try:
            yield connection
        finally:
            with self._lock:
                self._running.discard(connection)
            connection.close()


# DuckDB has no class of its own for these.
_REASONS = (
    (r"Division by zero", "DIVISION_BY_ZERO", "Division by zero"),
    (
        r'column "(.+?)" must appear in the GROUP BY',
        "EXPRESSION_NOT_AGGREGATE",
        "'{}' must be an aggregate expression or appear in GROUP BY clause",
    ),
    (r'Ambiguous reference to column name "(.+?)"', "AMBIGUOUS_NAME", "Column '{}' is ambiguous"),
    (r"""function.*? ["'](\w+)\((.*?)\)["']""", "FUNCTION_NOT_FOUND", "Unexpected parameters ({1}) for function {0}"),
)
# What DuckDB calls them, besides trino_...
_TRINOS = {"strftime": "date_format", "strptime": "date_parse", "len": "cardinality"}


def _reason(error: duckdb.Error) -> QueryError:
    message = str(error).split("\n")[0]
    for pattern, code, told in _REASONS:
        found = re.search(pattern, message)
        if found:
            name, *rest = found.groups() or [""]
            name = _TRINOS.get(name, name.removeprefix("trino_"))
            types = (each.lower().replace("string_literal", "varchar").replace("_literal", "") for each in rest)
            return QueryError(code, told.format(name, *types))
    _kind, _colon, message = message.partition(": ")
    for kind, code in (
        (duckdb.ConversionException, "INVALID_CAST_ARGUMENT"),
        (duckdb.OutOfRangeException, "NUMERIC_VALUE_OUT_OF_RANGE"),
        (duckdb.BinderException, "SYNTAX_ERROR"),
        (duckdb.CatalogException, "SYNTAX_ERROR"),
        (duckdb.ParserException, "SYNTAX_ERROR"),
    ):
        if isinstance(error, kind):
            return QueryError(code, message)
    return QueryError("GENERIC_INTERNAL_ERROR", str(error).split("\n")[0])
