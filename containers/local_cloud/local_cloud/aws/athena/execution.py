"""One query from when it was sent until it has ended, and what GetQueryExecution tells of it."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_cloud.aws.athena.errors import MalformedQueryError, QueryError
from local_cloud.aws.athena.parse import Statement
from local_cloud.aws.athena.session import Outcome, Session
from local_cloud.aws.athena.statements import execute, result_location

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
        status: dict[str, Any] = {"State": self.state, "SubmissionDateTime": self.submitted}
        if self.completed:
            status["CompletionDateTime"] = self.completed
        if self.reason:
            error = {"ErrorCategory": 2, "ErrorType": 1, "Retryable": False, "ErrorMessage": self.reason}
            status |= {"StateChangeReason": self.reason, "AthenaError": error}
        statistics: dict[str, Any] = {
            "EngineExecutionTimeInMillis": int((now - self.started) * 1000) if self.started else 0,
            "DataScannedInBytes": self.session.scanned.size,
            "TotalExecutionTimeInMillis": int((now - self.submitted) * 1000),
            "QueryQueueTimeInMillis": int(((self.started or now) - self.submitted) * 1000),
            "ServiceProcessingTimeInMillis": 0,
            "ResultReuseInformation": {"ReusedPreviousResult": False},
        }
        if self.outcome.manifest:
            statistics["DataManifestLocation"] = self.outcome.manifest
        parameters = self.request.get("ExecutionParameters")
        return {
            "QueryExecutionId": self.session.id,
            "Query": self.request["QueryString"],
            "StatementType": self.statement.type,
            "SubstatementType": self.statement.kind.replace(" ", "_"),
            "ResultConfiguration": {"OutputLocation": result_location(self.session, self.statement)},
            "QueryExecutionContext": self.request.get("QueryExecutionContext") or {},
            "Status": status,
            "Statistics": statistics,
            "WorkGroup": self.workgroup,
            "EngineVersion": {
                "SelectedEngineVersion": "AUTO",
                "EffectiveEngineVersion": "Athena engine version 3",
            },
            **({"ExecutionParameters": parameters} if parameters else {}),
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
    except Exception as error:
        # A fault of ours must end the query, or whoever waits for it would wait for ever.
        logger.exception("query %s failed", execution.session.id)
        state, reason = "FAILED", f"GENERIC_INTERNAL_ERROR: {type(error).__name__}: {error}"
    if execution.state != "CANCELLED":
        execution.reason, execution.outcome = reason, outcome
        execution.completed, execution.state = time.time(), state
