"""A Lambda function as AWS runs it: its handler in a process of its own, warm between events, killed at its timeout."""

import json
import os
import queue
import subprocess
import sys
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

LOCAL_CLOUD = Path(__file__).parents[3]
# A container's start, which AWS does not count against the timeout.
INIT_SECONDS = 60


class FunctionError(Exception):
    """The handler raised, could not be loaded or ran out of time; ``payload`` is what Lambda answers then."""

    def __init__(self, name: str, payload: dict[str, Any]) -> None:
        super().__init__(f"{name}: {payload['errorType']}: {payload['errorMessage']}")
        self.payload = payload


@dataclass
class LambdaFunction:
    """One function: what to run (``handler`` below ``code``), with which environment and limits."""

    name: str
    handler: str
    code: Path
    environment: Mapping[str, str]
    log: Path
    timeout: float = 60
    memory: int = 512
    _idle: "queue.SimpleQueue[subprocess.Popen[str]]" = field(default_factory=queue.SimpleQueue)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def calls(self) -> Path:
        """Where its calls to AWS are recorded, see calls.py."""
        return self.log.with_suffix(".calls.jsonl")

    def invoke(self, event: object) -> Any:
        """The handler's result for this event; FunctionError when it has none. Several at a time run in parallel."""
        worker = self._warm_worker() or self._start_worker()
        call = {"event": event, "seconds": self.timeout, "context": self._context()}
        answer = self._answer(worker, json.dumps(call), self.timeout)
        self._idle.put(worker)
        if "error" in answer:
            raise FunctionError(self.name, answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the processes that wait for events."""
        while not self._idle.empty():
            _end(self._idle.get())

    def _warm_worker(self) -> "subprocess.Popen[str] | None":
        while not self._idle.empty():
            worker = self._idle.get()
            if worker.poll() is None:
                return worker
            _end(worker)
        return None

    def _start_worker(self) -> "subprocess.Popen[str]":
        # Nothing of this process's environment but what a program needs to start: the function sees its own settings.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {"PYTHONPATH": f"{self.code}{os.pathsep}{LOCAL_CLOUD}", "PYTHONUNBUFFERED": "1"}
        environment |= {"AWS_LAMBDA_FUNCTION_NAME": self.name, **self.environment}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            worker = subprocess.Popen(  # noqa: S603 - our own module.
                [sys.executable, "-m", "local_cloud.aws.awslambda.worker", self.handler, str(self.calls)],
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        ready = self._answer(worker, "", INIT_SECONDS)
        if "error" in ready:
            _end(worker)
            raise FunctionError(self.name, ready["error"])
        return worker

    def _answer(self, worker: "subprocess.Popen[str]", call: str, seconds: float) -> dict[str, Any]:
        """What the worker says next; FunctionError when it dies or takes too long, and then it is gone."""
        try:
            answered = _exchange(worker, call, seconds)
        except TimeoutError:
            _end(worker)
            message = f"Task timed out after {seconds:.2f} seconds"
            raise FunctionError(self.name, {"errorType": "Sandbox.Timedout", "errorMessage": message}) from None
        if not answered:
            _end(worker)
            message = f"the process ended with exit code {worker.returncode}; its log is {self.log}"
            raise FunctionError(self.name, {"errorType": "Runtime.ExitError", "errorMessage": message})
        answer: dict[str, Any] = json.loads(answered)
        return answer

    def _context(self) -> dict[str, Any]:
        return {
            "function_name": self.name,
            "memory_limit_in_mb": self.memory,
            "invoked_function_arn": f"arn:aws:lambda:us-east-1:123456789012:function:{self.name}",
            "aws_request_id": str(uuid.uuid4()),
        }


def _exchange(worker: "subprocess.Popen[str]", line: str, seconds: float) -> str:
    """Send a line, if there is one, and receive one: none when the process ends first, TimeoutError when it is late."""
    if worker.stdin is None or worker.stdout is None:
        raise ValueError("the worker was started without pipes")
    late = threading.Event()

    def stop() -> None:
        late.set()
        worker.kill()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        if line:
            worker.stdin.write(line + "\n")
            worker.stdin.flush()
        answered = worker.stdout.readline()
    except BrokenPipeError:
        answered = ""
    finally:
        timer.cancel()
    if late.is_set():
        raise TimeoutError
    return answered


def _end(worker: "subprocess.Popen[str]") -> None:
    worker.kill()
    worker.wait()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                continue
