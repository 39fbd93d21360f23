"""SHOW and DESCRIBE: what the catalogue holds, as rows."""

import fnmatch

from local_cloud.aws.athena import catalog
from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.parse import Statement
from local_cloud.aws.athena.results import Row, varchar
from local_cloud.aws.athena.session import Outcome, Session, target


def show_databases(session: Session, statement: Statement) -> Outcome:
    """All databases."""
    return Outcome([varchar("database_name")], [[name] for name in session.store.databases()])


def show_tables(session: Session, statement: Statement) -> Outcome:
    """Tables and views of a database; for SHOW VIEWS only those."""
    database = statement.parts.get("name", session.database).strip('`"').lower()
    if database not in session.store.databases():
        raise QueryError("SCHEMA_NOT_FOUND", f"line 1:1: Schema '{database}' does not exist")
    # Hive's patterns: * for anything, | between alternatives.
    patterns = statement.parts.get("pattern", "*").lower().split("|")
    names = [
        table.name
        for table in catalog.tables(session.store, database)
        if (table.is_view or statement.kind == "SHOW TABLES")
        and any(fnmatch.fnmatchcase(table.name, pattern) for pattern in patterns)
    ]
    return Outcome([varchar("tab_name")], [[name] for name in names])


def show_partitions(session: Session, statement: Statement) -> Outcome:
    """A table's partitions as their folders are named."""
    table = _existing(session, statement)
    keys = list(table.partition_keys())
    if not keys:
        raise QueryError("", f"FAILED: SemanticException [Error 10182]: Table {table.name} is not a partitioned table")
    named = (zip(keys, partition.values, strict=True) for partition in table.partitions())
    rows = sorted("/".join(f"{key}={value}" for key, value in pairs) for pairs in named)
    return Outcome([varchar("partition")], [[row] for row in rows])


def describe(session: Session, statement: Statement) -> Outcome:
    """A table's columns as Hive shows them, partition keys again at the end."""
    table = _existing(session, statement)
    keys = [[f"{name:<20}", f"{kind:<20}", f"{'':<20}"] for name, kind in table.partition_keys().items()]
    rows: list[Row] = [
        [f"{name:<20}", f"{kind:<20}", f"{'':<20}"] for name, kind in (table.columns() | table.partition_keys()).items()
    ]
    if keys:
        rows += [["", "", ""], ["# Partition Information", "", ""], [f"{'# col_name':<20}", f"{'data_type':<20}", ""]]
        rows += [list(key) for key in keys]
    return Outcome([varchar("col_name"), varchar("data_type"), varchar("comment")], rows)


def _existing(session: Session, statement: Statement) -> catalog.Table:
    database, name = target(session, statement)
    table = catalog.find(session.store, database, name)
    if table is None:
        raise QueryError("", f"FAILED: SemanticException [Error 10001]: Table not found {database}.{name}")
    return table
