"""Queries to Athena, and their results as rows."""

import json
import threading
from collections.abc import Mapping
from typing import Any

import awswrangler as wr
import boto3

from chart_check.errors import QueryError
from chart_check.result import Row

# awswrangler's default is a second; most of these queries take less.
SECONDS_BETWEEN_LOOKS = 0.25


def statement(text: str) -> str:
    """An SQL file's statement without its comments: Athena takes a semicolon in one for the end of a statement."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("--"))


class SharedSession(boto3.Session):
    """A session for all threads, with one shared client per service.

    awswrangler creates a client at every step, and two threads must not create clients of one session at once.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._clients: dict[str, Any] = {}

    def client(self, service_name: str, *args: Any, **settings: Any) -> Any:
        """The service's client; the settings of the first call count."""
        with self._lock:
            if service_name not in self._clients:
                self._clients[service_name] = super().client(service_name, *args, **settings)  # type: ignore[call-overload]
            return self._clients[service_name]


class Athena:
    """One database and one workgroup; the workgroup says where results are stored."""

    def __init__(self, session: SharedSession, database: str, workgroup: str) -> None:
        self._session = session
        self._database = database
        self._workgroup = workgroup

    def query(self, sql: str, parameters: Mapping[str, Any]) -> list[Row]:
        """The rows of a SELECT, with values as in JSON; ``:name`` in the SQL is a parameter."""
        try:
            frame = wr.athena.read_sql_query(
                sql,
                database=self._database,
                workgroup=self._workgroup,
                # The results are a few rows: they need no temporary tables.
                ctas_approach=False,
                params=dict(parameters),
                paramstyle="named",
                athena_query_wait_polling_delay=SECONDS_BETWEEN_LOOKS,
                boto3_session=self._session,
            )
        except (wr.exceptions.QueryFailed, wr.exceptions.QueryCancelled) as error:
            raise QueryError(f"Athena did not answer the query: {error}") from error
        rows: list[Row] = json.loads(frame.to_json(orient="records", date_format="iso"))
        return rows

    def execute(self, sql: str) -> None:
        """Run a statement that returns no rows, and wait for its end."""
        try:
            wr.athena.start_query_execution(
                sql,
                database=self._database,
                workgroup=self._workgroup,
                wait=True,
                athena_query_wait_polling_delay=SECONDS_BETWEEN_LOOKS,
                boto3_session=self._session,
            )
        except (wr.exceptions.QueryFailed, wr.exceptions.QueryCancelled) as error:
            raise QueryError(f"Athena did not run the statement: {error}") from error
