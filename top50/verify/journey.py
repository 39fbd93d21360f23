"""A verification under way: the stack, the date, the executions that its files have started."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from top50 import athena
from top50.errors import FailedError
from top50.pipeline import AWS, Execution, Pace, described, executions, wait_for
from top50.runs import read_run
from top50.stack import Stack

# The longest batch window is five minutes; an S3 event takes seconds, and so do a function's start and its log.
PATIENCE_SECONDS = 480
Found = TypeVar("Found")


@dataclass
class Journey:
    """What the steps share; ``execution`` is the one whose job took the chart."""

    stack: Stack
    day: str
    pace: Pace = AWS
    patience: float = PATIENCE_SECONDS
    execution: Execution = field(init=False)
    queries: list[athena.Query] = field(default_factory=list)
    # Of the check: whether nothing at all had failed.
    all_passed: bool = False
    _ended: set[str] = field(default_factory=set)
    _known: set[str] = field(default_factory=set)

    def put(self, key: str, body: bytes) -> None:
        """Land a file; from now on ``started`` tells the executions since."""
        self.mark()
        self.stack.client("s3").put_object(Bucket=self.stack.output("DataBucket"), Key=key, Body=body)

    def mark(self) -> None:
        """Remember the executions so far."""
        before = executions(self.stack)
        self._known = {it.arn for it in before}
        self._ended = {it.arn for it in before if not it.is_running}

    def started(self) -> list[Execution]:
        """The executions since the mark."""
        return [it for it in executions(self.stack) if it.arn not in self._known]

    def until(self, look: Callable[[], Found | None], problem: str) -> Found:
        """Look until there is something; FailedError with the problem when patience is at its end, if there is one."""
        ends = time.monotonic() + self.patience
        while not (found := look()):
            if problem and time.monotonic() > ends:
                raise FailedError(problem)
            time.sleep(self.pace.look_seconds)
        return found

    def until_taken(self, took: Callable[[Mapping[str, Any]], bool]) -> Execution:
        """The execution whose summary says that its job took our file; FailedError when none has.

        One that ran already when the file landed may have taken it.
        """

        def look() -> Execution | None:
            alive = [it for it in executions(self.stack) if it.arn not in self._ended]
            for execution in alive:
                summary = read_run(self.stack, execution.name).summary
                if summary and took(summary):
                    return execution
            since = [it for it in alive if it.arn not in self._known]
            if since and not any(it.is_running for it in alive):
                raise FailedError(self.cause(since[0]) or f"execution {since[0].name} has not taken the file")
            return None

        return self.until(look, "")

    def until_ended(self, execution: Execution) -> Execution:
        """The execution at its end."""
        return wait_for(self.stack, execution, lambda _stage: None, self.pace)

    def runs(self, execution: Execution) -> bool:
        """Whether it goes on."""
        return described(self.stack, execution).is_running

    def cause(self, execution: Execution) -> str:
        """Why it failed; empty when it did not."""
        ended = described(self.stack, execution)
        return "" if ended.status == "SUCCEEDED" else f"{ended.status}: {ended.cause}"

    def states(self, execution: Execution) -> list[str]:
        """The states that it has entered so far; one whose task succeeded is followed by ``ok``."""
        pages = self.stack.client("stepfunctions").get_paginator("get_execution_history")
        found = []
        for page in pages.paginate(executionArn=execution.arn):
            for event in page["events"]:
                if entered := event.get("stateEnteredEventDetails"):
                    found.append(entered["name"])
                elif event["type"] == "TaskSucceeded":
                    found.append("ok")
        return found

    def ask(self, sql: str) -> list[list[str | None]]:
        """Athena's rows."""
        query = athena.run(self.stack, sql)
        self.queries.append(query)
        return athena.results(self.stack, query).rows
