"""Athena: queries over the Glue catalogue and the Parquet on S3, run in DuckDB and answered as Athena answers.

The parts: parse (is it Athena's SQL), check (names and types), sql and rules (into DuckDB's SQL), stores and scan
(tables from S3), execution (what each statement does), results (how rows look).
"""

import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from local_cloud.aws.athena.engine import Engine
from local_cloud.aws.athena.errors import MalformedQueryError, QueryError
from local_cloud.aws.athena.execution import Execution, result_location, run
from local_cloud.aws.athena.parse import parse_query
from local_cloud.aws.athena.scan import Scanned
from local_cloud.aws.athena.session import Session
from local_cloud.aws.athena.statement import read_statement
from local_cloud.aws.athena.stores import Store
from local_cloud.aws.operations import AwsError, Operation
from local_cloud.aws.s3.objects import Location, S3Object

PAGE = 1000
NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result "
    "configuration setting or as an API input."
)
EXTERNAL_LOCATION = (
    "The Create Table As Select query failed because it was submitted with an 'external_location' property to an "
    "Athena Workgroup that enforces a centralized output location for all queries. Please remove the "
    "'external_location' property and resubmit the query."
)


class Athena:
    """Athena's API: queries run in threads, on what a store holds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engine = Engine()
        self._executions: dict[str, Execution] = {}
        self._tokens: dict[str, str] = {}
        self._threads: list[threading.Thread] = []

    def operations(self) -> dict[str, Operation]:
        """What to answer in front of moto."""
        return {
            "AmazonAthena.StartQueryExecution": self.start,
            "AmazonAthena.GetQueryExecution": self.get,
            "AmazonAthena.ListQueryExecutions": self.list,
            "AmazonAthena.StopQueryExecution": self.stop,
            "AmazonAthena.GetQueryResults": self.results,
        }

    def close(self) -> None:
        """Cancel the queries that run, and let go of DuckDB when their threads have ended."""
        for query_id in list(self._executions):
            self.stop({"QueryExecutionId": query_id})
        self._engine.interrupt()
        for thread in self._threads:
            while thread.is_alive():
                # Again, where one was between two statements of DuckDB's.
                self._engine.interrupt()
                thread.join(0.1)
        self._engine.close()

    def workgroup_of(self, query_execution_id: str) -> str:
        """The workgroup that a query runs in."""
        return self._execution({"QueryExecutionId": query_execution_id}).workgroup

    def files_read(self, query_execution_id: str) -> list[S3Object]:
        """The Parquet files that a query opened, which Athena itself does not tell."""
        return list(self._execution({"QueryExecutionId": query_execution_id}).session.scanned.files)

    def start(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Take a query; what is not a statement at all is refused here, as Athena does."""
        token = request.get("ClientRequestToken")
        if token in self._tokens:
            return {"QueryExecutionId": self._tokens[token]}
        workgroup, configuration = self._workgroup(request)
        try:
            statement = read_statement(request["QueryString"], request.get("ExecutionParameters") or [])
            # What else may be wrong with the query shows when it runs.
            with suppress(QueryError):
                _tree = parse_query(statement.query) if statement.query else None
        except MalformedQueryError as error:
            raise _invalid(str(error)) from error
        if "external_location" in statement.parts.get("options", "") and configuration["EnforceWorkGroupConfiguration"]:
            raise _invalid(EXTERNAL_LOCATION)
        session = Session(
            id=str(uuid.uuid4()),
            database=((request.get("QueryExecutionContext") or {}).get("Database") or "default").strip("`").lower(),
            output=self._output(request, configuration),
            engine=self._engine,
            store=self._store.of_caller(),
            scanned=Scanned(),
            limit=configuration.get("BytesScannedCutoffPerQuery"),
        )
        execution = Execution(request, statement, session, workgroup)
        self._executions[session.id] = execution
        if token:
            self._tokens[token] = session.id
        thread = threading.Thread(target=run, args=(execution,), name=f"athena-{session.id}", daemon=True)
        thread.start()
        self._threads = [*(it for it in self._threads if it.is_alive()), thread]
        return {"QueryExecutionId": session.id}

    def get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """State, statistics and place of the result."""
        return {"QueryExecution": self._execution(request).described()}

    def list(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The ids of a workgroup's queries, the newest first."""
        workgroup = request.get("WorkGroup") or "primary"
        found = [key for key, each in reversed(self._executions.items()) if each.workgroup == workgroup]
        first, last = _page(request, default=50)
        return {"QueryExecutionIds": found[first:last], "NextToken": str(last) if last < len(found) else None}

    def stop(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Give up a query; one that has ended stays as it is."""
        execution = self._execution(request)
        if not execution.completed:
            execution.state, execution.completed = "CANCELLED", time.time()
            execution.reason = "Query cancelled by user"
        return {}

    def results(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """A page of rows; the first row of a SELECT's first page holds the columns' names."""
        execution = self._execution(request)
        if execution.state in ("QUEUED", "RUNNING"):
            raise _invalid(f"Query has not yet finished. Current state: {execution.state}")
        if execution.state != "SUCCEEDED":
            raise _invalid(f"Query did not finish successfully. Final query state: {execution.state}")
        try:
            self._store.of_caller().require_result(result_location(execution.session, execution.statement))
        except QueryError as error:
            raise AwsError("AccessDeniedException", str(error)) from error
        outcome = execution.outcome
        header: list[list[str | None]] = [[each.name for each in outcome.columns]] if outcome.has_header else []
        rows = header + outcome.rows if execution.statement.type != "DML" or outcome.has_header else []
        first, last = _page(request, default=PAGE)
        metadata = {"ColumnInfo": [each.info() for each in outcome.columns]}
        data = [{"Data": [{"VarCharValue": value} for value in row]} for row in rows[first:last]]
        return {
            "UpdateCount": 0,
            "ResultSet": {"Rows": data, "ResultSetMetadata": metadata},
            "NextToken": str(last) if last < len(rows) else None,
        }

    def _execution(self, request: Mapping[str, Any]) -> Execution:
        found = self._executions.get(request["QueryExecutionId"])
        if found is None:
            raise _invalid(f"QueryExecution {request['QueryExecutionId']} was not found")
        return found

    def _workgroup(self, request: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        name = request.get("WorkGroup") or "primary"
        found = self._store.workgroup(name)
        if found is None:
            raise _invalid(f"WorkGroup {name} is not found.")
        return name, found

    def _output(self, request: Mapping[str, Any], configuration: Mapping[str, Any]) -> Location:
        """The workgroup's folder where it insists, else the request's."""
        asked = (request.get("ResultConfiguration") or {}).get("OutputLocation")
        own = (configuration.get("ResultConfiguration") or {}).get("OutputLocation")
        chosen = own if own and configuration["EnforceWorkGroupConfiguration"] else asked or own
        if not chosen:
            raise _invalid(NO_OUTPUT)
        location = Location.parse(chosen)
        if not self._store.has_bucket(location.bucket):
            raise _invalid(f"Unable to verify/create output bucket {location.bucket}")
        return location


def _page(request: Mapping[str, Any], default: int) -> tuple[int, int]:
    first = int(request.get("NextToken") or 0)
    return first, first + int(request.get("MaxResults") or default)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidRequestException", message)
