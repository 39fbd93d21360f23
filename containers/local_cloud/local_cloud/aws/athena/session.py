"""What a statement works with, and what it comes to."""

from dataclasses import dataclass, field

from local_cloud.aws.athena.engine import Engine
from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.results import Column, Row
from local_cloud.aws.athena.scan import Scanned
from local_cloud.aws.athena.statement import Statement
from local_cloud.aws.athena.stores import Store
from local_cloud.aws.s3.objects import Location


@dataclass
class Outcome:
    """What a statement came to."""

    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    has_header: bool = False
    manifest: str | None = None


@dataclass
class Session:
    """What a statement works with; ``output`` is where its results go, ``id`` what they are named by."""

    id: str
    database: str
    output: Location
    engine: Engine
    store: Store
    scanned: Scanned
    limit: int | None = None


def target(session: Session, statement: Statement) -> tuple[str, str]:
    """Database and name that a statement is about."""
    *before, name = statement.parts["name"].split(".")
    database = before[-1] if before else statement.parts.get("database", session.database)
    return existing(session, database), name.strip('`"').lower()


def existing(session: Session, database: str) -> str:
    """A database's name as the catalogue has it; an error when there is none."""
    name = database.strip('`"').lower()
    if name not in session.store.databases():
        raise QueryError("SCHEMA_NOT_FOUND", f"line 1:1: Schema '{name}' does not exist")
    return name
