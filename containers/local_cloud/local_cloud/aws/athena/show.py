"""SHOW and DESCRIBE: what the catalogue holds, as rows."""

import fnmatch
from collections.abc import Iterable

from local_cloud.aws.athena import catalog
from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.plan import view_definition
from local_cloud.aws.athena.results import Row, varchar
from local_cloud.aws.athena.session import Outcome, Session, existing, target
from local_cloud.aws.athena.statement import Statement
from local_cloud.aws.glue.hive_types import VIRTUAL_VIEW


def databases(session: Session, statement: Statement) -> Outcome:
    """All databases."""
    return Outcome([varchar("database_name")], [[name] for name in session.store.databases()])


def tables(session: Session, statement: Statement) -> Outcome:
    """Tables and views of a database; for SHOW VIEWS only those."""
    database = existing(session, statement.parts.get("name", session.database))
    # Hive's patterns: * for anything, | between alternatives.
    patterns = statement.parts.get("pattern", "*").lower().split("|")
    names = [
        name
        for name, entry in sorted(session.store.tables(database).items())
        if (entry.get("TableType") == VIRTUAL_VIEW or statement.kind == "SHOW TABLES")
        and any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)
    ]
    return Outcome([varchar("tab_name")], [[name] for name in names])


def partitions(session: Session, statement: Statement) -> Outcome:
    """A table's partitions as their folders are named."""
    table = _existing(session, statement)
    keys = list(table.partition_keys())
    if not keys:
        raise QueryError("", f"FAILED: SemanticException [Error 10182]: Table {table.name} is not a partitioned table")
    named = (zip(keys, values, strict=True) for values, _location in table.partitions())
    rows = sorted("/".join(f"{key}={value}" for key, value in pairs) for pairs in named)
    return Outcome([varchar("partition")], [[row] for row in rows])


def describe(session: Session, statement: Statement) -> Outcome:
    """A table's columns as Hive shows them, partition keys again at the end."""
    table = _existing(session, statement)
    columns, keys = table.columns(), table.partition_keys()
    shown: list[Row] = [[f"{name:<20}", f"{kind:<20}", f"{'':<20}"] for name, kind in (columns | keys).items()]
    if keys:
        head: list[Row] = [
            ["", "", ""],
            ["# Partition Information", "", ""],
            [f"{'# col_name':<20}", f"{'data_type':<20}", ""],
        ]
        shown += head + shown[len(columns) :]
    return Outcome([varchar("col_name"), varchar("data_type"), varchar("comment")], shown)


def columns(session: Session, statement: Statement) -> Outcome:
    """The names of a table's or a view's columns, partition keys last."""
    table = _existing(session, statement)
    return Outcome([varchar("field")], [[f"{name:<20}"] for name in table.columns() | table.partition_keys()])


def create_table(session: Session, statement: Statement) -> Outcome:
    """The statement that would make a table, a line a row."""
    table = _existing(session, statement)
    if table.is_view:
        raise QueryError("", f"FAILED: SemanticException [Error 10001]: {table.name} is a view: use SHOW CREATE VIEW")

    def listed(items: Iterable[str]) -> str:
        return ", \n".join(f"  {item}" for item in items) + ")"

    storage, keys = table.entry["StorageDescriptor"], table.partition_keys()
    properties = sorted((table.entry.get("Parameters") or {}).items())
    text = f"CREATE EXTERNAL TABLE `{table.name}`(\n" + listed(f"`{n}` {kind}" for n, kind in table.columns().items())
    if keys:
        text += "\nPARTITIONED BY ( \n" + listed(f"`{name}` {kind}" for name, kind in keys.items())
    text += f"\nROW FORMAT SERDE \n  '{storage['SerdeInfo'].get('SerializationLibrary', '')}' "
    text += f"\nSTORED AS INPUTFORMAT \n  '{storage.get('InputFormat', '')}' "
    text += f"\nOUTPUTFORMAT \n  '{storage.get('OutputFormat', '')}'\nLOCATION\n  '{storage['Location']}'"
    text += "\nTBLPROPERTIES (\n" + listed(f"'{name}'='{value}'" for name, value in properties)
    return Outcome([varchar("createtab_stmt")], [[line] for line in text.split("\n")])


def create_view(session: Session, statement: Statement) -> Outcome:
    """The statement that made a view, a line a row."""
    view = _existing(session, statement)
    if not view.is_view:
        raise QueryError("NOT_SUPPORTED", f"line 1:1: Relation '{view.name}' is a table, not a view")
    text = f"CREATE VIEW {view.database}.{view.name} AS\n{view_definition(view)['originalSql']}"
    return Outcome([varchar("Create View")], [[line] for line in text.split("\n")])


def _existing(session: Session, statement: Statement) -> catalog.Table:
    database, name = target(session, statement)
    table = catalog.find(session.store, database, name)
    if table is None:
        raise QueryError("", f"FAILED: SemanticException [Error 10001]: Table not found {database}.{name}")
    return table
