"""Each kind of statement, run to its end with its result on S3."""

from collections.abc import Callable

from local_cloud.aws.athena.errors import HIVE_ROWS, QueryError, unsupported
from local_cloud.aws.athena.parse import Statement
from local_cloud.aws.athena.query import plan
from local_cloud.aws.athena.results import columns, csv, texts
from local_cloud.aws.athena.session import Outcome, Session
from local_cloud.aws.athena.show import (
    describe,
    show_columns,
    show_create_table,
    show_create_view,
    show_databases,
    show_partitions,
    show_tables,
)
from local_cloud.aws.athena.writes import create_table, create_view, drop, unload


def result_location(session: Session, statement: Statement) -> str:
    """Where GetQueryExecution says the result is."""
    if statement.kind == "CREATE TABLE AS":
        return f"{session.output.uri}tables/{session.id}"
    if statement.kind == "UNLOAD":
        return f"{session.output.uri}{session.id}"
    return f"{session.output.uri}{session.id}.{'csv' if statement.kind == 'SELECT' else 'txt'}"


def execute(session: Session, statement: Statement) -> Outcome:
    """Run the statement to its end; QueryError says why it could not."""
    if statement.kind in ("DELETE", "MERGE", "UPDATE"):
        raise QueryError("NOT_SUPPORTED", HIVE_ROWS)
    if statement.kind in ("OPTIMIZE", "VACUUM"):
        raise QueryError("NOT_SUPPORTED", f"{statement.kind} is only supported for Iceberg tables")
    handler = _HANDLERS.get(statement.kind)
    if handler is None:
        raise unsupported(statement.kind)
    outcome = handler(session, statement)
    if statement.kind == "SELECT":
        body = csv(outcome.columns, outcome.rows)
    else:
        body = "".join("\t".join(value or "" for value in row) + "\n" for row in outcome.rows).encode()
    if statement.kind not in ("CREATE TABLE AS", "UNLOAD"):
        session.store.put(result_location(session, statement), body)
    return outcome


def _select(session: Session, statement: Statement) -> Outcome:
    planned = plan(statement.query, session.database, session.store)
    with session.engine.run(planned, session.scanned, session.limit) as rows:
        return Outcome(columns(rows), texts(rows.fetchall()), has_header=True)


_HANDLERS: dict[str, Callable[[Session, Statement], Outcome]] = {
    "SELECT": _select,
    "CREATE VIEW": create_view,
    "DROP VIEW": drop,
    "DROP TABLE": drop,
    "CREATE TABLE AS": create_table,
    "UNLOAD": unload,
    "SHOW DATABASES": show_databases,
    "SHOW TABLES": show_tables,
    "SHOW VIEWS": show_tables,
    "SHOW PARTITIONS": show_partitions,
    "SHOW COLUMNS": show_columns,
    "SHOW CREATE TABLE": show_create_table,
    "SHOW CREATE VIEW": show_create_view,
    "DESCRIBE": describe,
}
