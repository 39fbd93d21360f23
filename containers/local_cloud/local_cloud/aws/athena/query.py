"""A SELECT from its text to its rows: tables and views found in the catalogue, checked, translated, run in DuckDB."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from typing import Any

import duckdb
from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.scope import traverse_scope

from local_cloud.aws.athena import catalog
from local_cloud.aws.athena.check import Schemas, Types
from local_cloud.aws.athena.columns import ColumnCache
from local_cloud.aws.athena.ctes import inline_ctes
from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.athena.parse import parse_query, where
from local_cloud.aws.athena.scan import CatalogDataset, Scanned
from local_cloud.aws.athena.sql import MACROS, SETTINGS, duckdb_sql, translate
from local_cloud.aws.hive_types import trino_type

CATALOG = "awsdatacatalog"
_VIEW = ("/* Presto View: ", " */")


@dataclass
class Plan:
    """What DuckDB is to run, on which tables."""

    sql: str
    tables: dict[str, catalog.Table] = field(default_factory=dict)


class Engine:
    """Runs queries; what it has read from S3 it keeps for the next one."""

    def __init__(self) -> None:
        self._cache = ColumnCache()
        # One DuckDB, a connection per query: making a DuckDB takes longer than most queries.
        self._duckdb = duckdb.connect(config={"enable_external_access": "false"})
        self._duckdb.execute(SETTINGS)
        self._duckdb.execute(MACROS.read_text())
        self._running: set[Any] = set()
        self._changed = Condition()

    def close(self) -> None:
        """Interrupt what is running, and give back what DuckDB holds."""
        with self._changed:
            for connection in self._running:
                connection.interrupt()
            self._changed.wait_for(lambda: not self._running)
        self._duckdb.close()

    @contextmanager
    def run(self, plan: Plan, scanned: Scanned, limit: int | None = None) -> Iterator[Any]:
        """The plan's rows and their types, as a relation of DuckDB; they are computed when they are fetched."""
        with self._connection() as connection:
            connection.execute(SETTINGS)
            for name, table in plan.tables.items():
                connection.register(name, CatalogDataset(table, self._cache, scanned, limit))
            try:
                yield connection.sql(plan.sql)
            except duckdb.Error as error:
                raise scanned.error or _reason(error) from error

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        with self._changed:
            connection = self._duckdb.cursor()
            self._running.add(connection)
        try:
            yield connection
        finally:
            connection.close()
            with self._changed:
                self._running.discard(connection)
                self._changed.notify_all()


def plan(sql: str, database: str, store: catalog.Store) -> Plan:
    """Make ready what DuckDB is to run for a SELECT."""
    found: dict[str, catalog.Table] = {}
    try:
        tree = _bound(parse_query(sql), database, store, found)
    except OptimizeError as error:
        raise unsupported(str(error)) from error
    return Plan(duckdb_sql(tree), found)


def view_text(definition: dict[str, Any]) -> str:
    """A view's definition as Athena keeps it in the catalogue."""
    return base64.b64encode(json.dumps(definition).encode()).decode().join(_VIEW)


def view_definition(view: catalog.Table) -> dict[str, Any]:
    """A view's definition, read from there."""
    text = view.entry["ViewOriginalText"].removeprefix(_VIEW[0]).removesuffix(_VIEW[1])
    definition: dict[str, Any] = json.loads(base64.b64decode(text))
    return definition


def _bound(tree: exp.Query, database: str, store: catalog.Store, found: dict[str, catalog.Table]) -> exp.Query:
    """The tree for DuckDB, its tables named as they will be registered, its views written out."""
    nodes = _tables(tree)
    tables = [_find(node, database, store) for node in nodes]
    types = Types(tree, _schemas(tables), database)
    tree = translate(tree, types)
    for node, table in zip(nodes, tables, strict=True):
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name))
        rest = {name: node.args[name] for name in ("joins",) if node.args.get(name)}
        if table.is_view:
            inner = _view(node, table, found)
            node.replace(exp.Subquery(this=inner, alias=alias, **rest))
        else:
            name = f"{table.database}.{table.name}"
            table.require_parquet()
            found[name] = table
            node.replace(exp.Table(this=exp.to_identifier(name, quoted=True), alias=alias, **rest))
    return inline_ctes(tree)


def _view(node: exp.Table, view: catalog.Table, found: dict[str, catalog.Table]) -> exp.Query:
    """The tree of what a view selects."""
    definition = view_definition(view)
    try:
        return _bound(parse_query(definition["originalSql"]), definition["schema"], view.store, found)
    except QueryError as error:
        if error.code == "NOT_SUPPORTED":
            raise
        message = f"Failed analyzing stored view '{CATALOG}.{view.database}.{view.name}': {error.message}"
        raise QueryError("INVALID_VIEW", where(node) + message) from error


def _tables(tree: exp.Query) -> list[exp.Table]:
    """The nodes that name something in the catalogue, not a subquery of the statement."""
    found: dict[int, exp.Table] = {}
    for scope in traverse_scope(tree):
        for _alias, (node, source) in scope.selected_sources.items():
            if isinstance(source, exp.Table) and isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
                found[id(node)] = node
    return list(found.values())


def _find(node: exp.Table, database: str, store: catalog.Store) -> catalog.Table:
    """The table or view that a node names; Athena's error if there is none."""
    if node.catalog and node.catalog.lower() != CATALOG:
        raise QueryError("CATALOG_NOT_FOUND", f"{where(node)}Catalog '{node.catalog.lower()}' does not exist")
    schema = (node.db or database).lower()
    if schema == "information_schema":
        raise unsupported(f"{where(node)}information_schema: use SHOW TABLES and DESCRIBE")
    if schema not in store.databases():
        raise QueryError("SCHEMA_NOT_FOUND", f"{where(node)}Schema '{schema}' does not exist")
    table = catalog.find(store, schema, node.name.lower())
    if table is None:
        message = f"{where(node)}Table '{CATALOG}.{schema}.{node.name.lower()}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message)
    # From here on the names are as the catalogue has them; the check needs no catalogue's name.
    node.set("catalog", None)
    node.set("db", exp.to_identifier(schema))
    return table


def _schemas(tables: list[catalog.Table]) -> Schemas:
    schemas: dict[str, dict[str, dict[str, exp.DataType]]] = {}
    for table in tables:
        columns = {each.name: exp.DataType.build(trino_type(each.type), dialect="athena") for each in table.schema()}
        schemas.setdefault(table.database, {})[table.name] = columns
    return schemas


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
