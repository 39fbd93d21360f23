"""One query from when it was sent until it has ended with its result on S3, and what GetQueryExecution tells of it."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from local_cloud.aws.athena import show, writes
from local_cloud.aws.athena.errors import MalformedQueryError, QueryError, unsupported
from local_cloud.aws.athena.plan import plan
from local_cloud.aws.athena.results import columns, csv, texts
from local_cloud.aws.athena.session import Outcome, Session
from local_cloud.aws.athena.statement import Statement

logger = logging.getLogger(__name__)


@dataclass
class Execution:
    """One query, from when it was sent."""

    request: Mapping[str, Any]
    statement: Statement
    session: Session
    workgroup: str
    submitted: float = field(default_factory=time.time)
    state: str = "QUEUED"
    started: float = 0
    completed: float = 0
    reason: str = ""
    outcome: Outcome = field(default_factory=Outcome)

    def described(self) -> dict[str, Any]:
        """As GetQueryExecution tells it."""
        now = self.completed or time.time()
        error = {"ErrorCategory": 2, "ErrorType": 1, "Retryable": False, "ErrorMessage": self.reason}
        # What is None has not been said: clients read it so.
        return {
            "QueryExecutionId": self.session.id,
            "Query": self.request["QueryString"],
            "StatementType": self.statement.type,
            "SubstatementType": self.statement.kind.replace(" ", "_"),
            "ResultConfiguration": {"OutputLocation": result_location(self.session, self.statement)},
            "QueryExecutionContext": self.request.get("QueryExecutionContext") or {},
            "Status": {
                "State": self.state,
                "SubmissionDateTime": self.submitted,
                "CompletionDateTime": self.completed or None,
                "StateChangeReason": self.reason or None,
                "AthenaError": error if self.reason else None,
            },
            "Statistics": {
                "EngineExecutionTimeInMillis": int((now - (self.started or now)) * 1000),
                "DataScannedInBytes": self.session.scanned.size,
                "TotalExecutionTimeInMillis": int((now - self.submitted) * 1000),
                "QueryQueueTimeInMillis": int(((self.started or now) - self.submitted) * 1000),
                "ServiceProcessingTimeInMillis": 0,
                "ResultReuseInformation": {"ReusedPreviousResult": False},
                "DataManifestLocation": self.outcome.manifest,
            },
            "WorkGroup": self.workgroup,
            "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
            "ExecutionParameters": self.request.get("ExecutionParameters") or None,
        }


def run(execution: Execution) -> None:
    """Run it to its end, whatever that is."""
    if execution.completed:
        return
    execution.state, execution.started = "RUNNING", time.time()
    state, reason, outcome = "SUCCEEDED", "", Outcome()
    try:
        outcome = execute(execution.session, execution.statement)
    except (QueryError, MalformedQueryError) as error:
        state, reason = "FAILED", str(error)
    except ClientError as error:
        state, reason = "FAILED", f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    except Exception as error:
        # A fault of ours must end the query, or whoever waits for it would wait for ever.
        logger.exception("query %s failed", execution.session.id)
        state, reason = "FAILED", f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}"
    if execution.state != "CANCELLED":
        execution.reason, execution.outcome = reason, outcome
        execution.completed, execution.state = time.time(), state


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
        raise QueryError("NOT_SUPPORTED", "Modifying Hive table rows is only supported for transactional tables")
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
    "CREATE VIEW": writes.create_view,
    "DROP VIEW": writes.drop,
    "DROP TABLE": writes.drop,
    "CREATE TABLE AS": writes.create_table,
    "UNLOAD": writes.unload,
    "SHOW DATABASES": show.databases,
    "SHOW TABLES": show.tables,
    "SHOW VIEWS": show.tables,
    "SHOW PARTITIONS": show.partitions,
    "SHOW COLUMNS": show.columns,
    "SHOW CREATE TABLE": show.create_table,
    "SHOW CREATE VIEW": show.create_view,
    "DESCRIBE": show.describe,
}
