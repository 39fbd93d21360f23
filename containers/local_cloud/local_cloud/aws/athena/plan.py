"""A SELECT made ready: tables and views found in the catalogue, names and types checked, translated for DuckDB."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.scope import Scope, traverse_scope

from local_cloud.aws.athena import catalog
from local_cloud.aws.athena.check import Schemas, Types
from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.athena.parse import parse_query, where
from local_cloud.aws.athena.sql import duckdb_sql, translate
from local_cloud.aws.athena.stores import Store
from local_cloud.aws.glue.hive_types import trino_type

CATALOG = "awsdatacatalog"
_VIEW = ("/* Presto View: ", " */")


@dataclass
class Plan:
    """What DuckDB is to run, on which tables."""

    sql: str
    tables: dict[str, catalog.Table] = field(default_factory=dict)


def plan(sql: str, database: str, store: Store) -> Plan:
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
    return dict(json.loads(base64.b64decode(text)))


def _bound(tree: exp.Query, database: str, store: Store, found: dict[str, catalog.Table]) -> exp.Query:
    """The tree for DuckDB, its tables named as they will be registered, its views written out."""
    nodes = _tables(tree)
    tables = [_find(node, database, store) for node in nodes]
    types = Types(tree, _schemas(tables), database)
    tree = translate(tree, types)
    for node, table in zip(nodes, tables, strict=True):
        alias = node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name))
        if table.is_view:
            inner = _view(node, table, found)
            node.replace(exp.Subquery(this=inner, alias=alias, joins=node.args.get("joins")))
        else:
            name = f"{table.database}.{table.name}"
            table.require_parquet()
            found[name] = table
            node.replace(
                exp.Table(this=exp.to_identifier(name, quoted=True), alias=alias, joins=node.args.get("joins"))
            )
    return _inline_ctes(tree)


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


def _find(node: exp.Table, database: str, store: Store) -> catalog.Table:
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


def _inline_ctes(tree: exp.Query) -> exp.Query:
    """The tree with each name of a WITH replaced by its subquery: Athena computes it as often as it is named."""
    if any(each.args.get("recursive") for each in tree.find_all(exp.With)):
        return tree
    # Scopes come from the inside out: what a subquery names itself has been replaced before it is copied.
    for scope in traverse_scope(tree):
        for node, source in list(scope.selected_sources.values()):
            if isinstance(source, Scope) and source.is_cte and isinstance(node, exp.Table):
                _replace(node, source.expression)
    for each in list(tree.find_all(exp.With)):
        each.pop()
    return tree


def _replace(node: exp.Table, query: exp.Expr) -> None:
    named = query.find_ancestor(exp.CTE)
    columns = named.args["alias"].columns if named is not None else []
    alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name), columns=[each.copy() for each in columns])
    if node.alias_column_names:
        alias.set("columns", node.args["alias"].columns)
    node.replace(exp.Subquery(this=query.copy(), alias=alias, joins=node.args.get("joins")))
