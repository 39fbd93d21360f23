"""A verification in progress: its stack, its date, and the executions that its files started."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from top50 import athena
from top50.errors import FailedError, QueryError
from top50.pipeline import AWS, Execution, Pace, described, executions, wait_for
from top50.runs import read_run
from top50.stack import Stack

Found = TypeVar("Found")


@dataclass
class Journey:
    """What the steps share; ``taken`` is the execution whose job took the chart, ``all_passed`` its check's result."""

    stack: Stack
    day: str
    pace: Pace = AWS
    # The longest batch window is five minutes; events, functions and their logs take seconds.
    patience: float = 480
    taken: Execution = field(init=False, repr=False)
    all_passed: bool = False
    queries: list[athena.Query] = field(default_factory=list)
    _before: list[Execution] = field(default_factory=list)

    def mark(self) -> None:
        """Remember the executions so far; ``started`` returns those that come later."""
        self._before = executions(self.stack)

    def started(self) -> list[Execution]:
        """The executions since the mark."""
        return [it for it in executions(self.stack) if it.arn not in {before.arn for before in self._before}]

    def land(self, key: str, body: bytes) -> None:
        """Set a mark, and put a file into the bucket."""
        self.mark()
        self.stack.client("s3").put_object(Bucket=self.stack.output("DataBucket"), Key=key, Body=body)

    def until(self, look: Callable[[], Found | None], problem: str = "") -> Found:
        """Poll until ``look`` finds something. With a ``problem``, raise it as FailedError when patience runs out."""
        ends = time.monotonic() + self.patience
        while not (found := look()):
            if problem and time.monotonic() > ends:
                raise FailedError(problem)
            time.sleep(self.pace.look_seconds)
        return found

    def until_started(self) -> Execution:
        """The first execution since the mark."""
        return self.until(self.started, "the trigger has started no execution")[0]

    def until_taken(self, took: Callable[[Mapping[str, Any]], bool]) -> Execution:
        """The execution whose summary shows that its job took our file; it may have begun before the file landed."""
        ended = {it.arn for it in self._before if not it.is_running}
        ends = time.monotonic() + self.patience

        def look() -> Execution | None:
            alive = [it for it in executions(self.stack) if it.arn not in ended]
            for it in alive:
                if (summary := read_run(self.stack, it.name).summary) and took(summary):
                    return it
            if alive and not any(it.is_running for it in alive) and (since := self.started()):
                raise FailedError(self.cause(since[0]) or f"execution {since[0].name} has not taken the file")
            if not any(it.is_running for it in alive) and time.monotonic() > ends:
                raise FailedError("no execution has taken the file")
            return None

        return self.until(look)

    def ended(self, execution: Execution) -> str:
        """Wait for its end; returns why it failed, or nothing."""
        wait_for(self.stack, execution, lambda _stage: None, self.pace)
        return self.cause(execution)

    def cause(self, execution: Execution) -> str:
        """Why it failed; empty while it runs and when it succeeded."""
        now = described(self.stack, execution)
        return "" if now.status in ("RUNNING", "SUCCEEDED") else f"{now.status}: {now.cause}"

    def states(self, execution: Execution) -> list[str]:
        """The states that it has entered so far, each followed by ``ok`` when its task succeeded."""
        pages = self.stack.client("stepfunctions").get_paginator("get_execution_history")
        found = []
        for event in (event for page in pages.paginate(executionArn=execution.arn) for event in page["events"]):
            if entered := event.get("stateEnteredEventDetails"):
                found.append(entered["name"])
            elif event["type"] == "TaskSucceeded":
                found.append("ok")
        return found

    def ask(self, name: str, sql: str) -> list[list[str | None]]:
        """Athena's rows; FailedError names the query."""
        try:
            self.queries.append(query := athena.run(self.stack, sql))
        except QueryError as error:
            raise FailedError(f"{name}: {error}") from None
        return athena.results(self.stack, query).rows

    def expect(self, name: str, sql: str, rows: list[list[str]]) -> None:
        """FailedError unless Athena has these rows."""
        if (found := self.ask(name, sql)) != rows:
            raise FailedError(f"{name}: Athena returned {found} instead of {rows}")
