"""Statements that leave something behind: views and tables in the catalogue, Parquet on S3."""

import re
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

from local_cloud.aws.athena import catalog
from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.athena.plan import CATALOG, plan, view_text
from local_cloud.aws.athena.results import Column, columns
from local_cloud.aws.athena.session import Outcome, Session, target
from local_cloud.aws.athena.statement import Statement
from local_cloud.aws.glue.hive_types import PARQUET, VIRTUAL_VIEW, UnknownTypeError, hive_type, trino_type
from local_cloud.aws.s3.objects import Location


def create_view(session: Session, statement: Statement) -> Outcome:
    """Keep a SELECT in the catalogue, as Athena writes it there."""
    database, name = target(session, statement)
    schema = _table(session, statement.query, empty=True).schema
    definition = {
        "originalSql": statement.query.strip(),
        "catalog": CATALOG,
        "schema": session.database,
        "columns": [{"name": each.name, "type": trino_type(each.type)} for each in schema],
        "owner": "123456789012",
        "runAsInvoker": False,
        "properties": {},
    }
    view = {
        "Name": name,
        "TableType": VIRTUAL_VIEW,
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "ViewOriginalText": view_text(definition),
        "ViewExpandedText": "/* Presto View */",
        "PartitionKeys": [],
        "StorageDescriptor": {"Columns": _hive_columns(schema), "Location": "", "SerdeInfo": {}},
    }
    old = catalog.find(session.store, database, name)
    if old is not None and not (old.is_view and statement.parts.get("replace")):
        kind = "View" if old.is_view else "Table"
        raise QueryError("ALREADY_EXISTS", f"line 1:1: {kind} already exists: '{CATALOG}.{database}.{name}'")
    session.store.put_table(database, view)
    return Outcome()


def drop(session: Session, statement: Statement) -> Outcome:
    """Take a view or a table out of the catalogue; files stay."""
    database, name = target(session, statement)
    old = catalog.find(session.store, database, name)
    if old is not None and old.is_view == (statement.kind == "DROP VIEW"):
        session.store.delete_table(database, name)
    elif not statement.parts.get("exists"):
        kind = statement.kind.removeprefix("DROP ").title()
        message = f"line 1:1: {kind} '{CATALOG}.{database}.{name}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", message)
    return Outcome()


def create_table(session: Session, statement: Statement) -> Outcome:
    """A table made of a SELECT's rows."""
    database, name = target(session, statement)
    options = _options(statement, {"format", "external_location", "write_compression", "parquet_compression"})
    if catalog.find(session.store, database, name) is not None:
        if statement.parts.get("exists"):
            return Outcome()
        raise QueryError("TABLE_ALREADY_EXISTS", f"line 1:1: Destination table '{CATALOG}.{database}.{name}' exists")
    location = Location.parse(options.get("external_location") or f"{session.output.uri}tables/{session.id}/")
    rows = _table(session, statement.query, empty=bool(statement.parts.get("empty")))
    entry = {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "has_encrypted_data": "false"},
        "PartitionKeys": [],
        "StorageDescriptor": {"Columns": _hive_columns(rows.schema), "Location": location.uri, **PARQUET},
    }
    outcome = _write(session, rows, location, options, f"{session.output.uri}tables/{session.id}-manifest.csv")
    session.store.put_table(database, entry)
    return outcome


def unload(session: Session, statement: Statement) -> Outcome:
    """A SELECT's rows as files."""
    options = _options(statement, {"format", "compression"})
    if "format" not in options:
        raise unsupported("UNLOAD without a format")
    location = Location.parse(statement.parts["location"])
    rows = _table(session, statement.query)
    return _write(session, rows, location, options, f"{session.output.uri}{session.id}-manifest.csv")


def _write(session: Session, rows: pa.Table, location: Location, options: dict[str, str], manifest: str) -> Outcome:
    """The rows as one Parquet file (none, if there are none) and the list of files that Athena leaves beside it."""
    if any(session.store.data_files([location])):
        raise QueryError("HIVE_PATH_ALREADY_EXISTS", f"Target directory already exists: {location.uri}")
    codec = next((value for name, value in options.items() if name.endswith("compression")), "gzip").lower()
    files = []
    if rows.num_rows:
        sink = pa.BufferOutputStream()
        pq.write_table(rows, sink, compression=codec, coerce_timestamps="ms", allow_truncated_timestamps=True)
        files.append(f"{location.uri}{session.id.replace('-', '_')}_{uuid.uuid4()}")
        session.store.put(files[0], sink.getvalue().to_pybytes())
    session.store.put(manifest, "".join(f"{file}\n" for file in files).encode())
    return Outcome([Column("rows", "bigint", 19)], [[str(rows.num_rows)]], manifest=manifest)


def _table(session: Session, sql: str, empty: bool = False) -> pa.Table:
    """A SELECT's rows as Athena would store them; ``empty`` if only its columns matter."""
    with session.engine.run(plan(sql, session.database, session.store), session.scanned, session.limit) as relation:
        header = columns(relation)
        names = [column.name.lower() for column in header]
        rows = (relation.limit(0) if empty else relation).to_arrow_table()
    for place, column in enumerate(header):
        if names.index(column.name.lower()) != place:
            raise QueryError("DUPLICATE_COLUMN_NAME", f"line 1:1: Column name '{column.name}' specified more than once")
        if column.name == f"_col{place}":
            raise QueryError("MISSING_COLUMN_NAME", f"line 1:1: Column name not specified at position {place + 1}")
        if column.type == "unknown":
            raise QueryError("COLUMN_TYPE_UNKNOWN", f"line 1:1: Column type is unknown at position {place + 1}")
        if column.type == "timestamp with time zone":
            raise QueryError("NOT_SUPPORTED", f"Unsupported Hive type: {column.type}")
        if column.type == "bigint":
            rows = rows.set_column(place, column.name, rows.column(place).cast(pa.int64()))
    return rows.rename_columns(names)


def _hive_columns(schema: pa.Schema) -> list[dict[str, str]]:
    try:
        return [{"Name": each.name, "Type": hive_type(each.type)} for each in schema]
    except UnknownTypeError as error:
        raise unsupported(str(error)) from error


def _options(statement: Statement, known: set[str]) -> dict[str, str]:
    """The properties in WITH (...); only Parquet is written here."""
    text = statement.parts.get("options", "")
    options = {name.lower(): value for name, value in re.findall(r"(\w+)\s*=\s*'([^']*)'", text)}
    names = {name.lower() for name in re.findall(r"(\w+)\s*=", re.sub(r"'[^']*'", "''", text))}
    if names - known or options.get("format", "PARQUET").upper() != "PARQUET":
        raise unsupported(f"{statement.kind} WITH ({text.strip()})")
    return options
