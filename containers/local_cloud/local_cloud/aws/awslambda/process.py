"""A Lambda function as AWS runs it: its handler in a process of its own, warm between events, killed at its timeout."""

import os
import queue
import subprocess
import sys
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

LOCAL_CLOUD = Path(__file__).parents[3]
# A container's start, which AWS does not count against the timeout.
INIT_SECONDS = 60


class FunctionError(Exception):
    """The handler raised, could not be loaded or ran out of time; ``payload`` is what Lambda answers then."""

    def __init__(self, name: str, payload: dict[str, Any]) -> None:
        super().__init__(f"{name}: {payload['errorType']}: {payload['errorMessage']}")
        self.payload = payload


@dataclass
class _Worker:
    """A process that runs worker.py, and the pipe to it."""

    process: "subprocess.Popen[bytes]"
    pipe: "Connection[Any, Any]"

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.pipe.close()


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
    _idle: "queue.SimpleQueue[_Worker]" = field(default_factory=queue.SimpleQueue)
    _closed: bool = False

    def invoke(self, event: object) -> Any:
        """The handler's result for this event; FunctionError when it has none. Several at a time run in parallel."""
        worker = self._warm_worker() or self._start_worker()
        context = {
            "function_name": self.name,
            "memory_limit_in_mb": self.memory,
            "invoked_function_arn": f"arn:aws:lambda:us-east-1:123456789012:function:{self.name}",
            "aws_request_id": str(uuid.uuid4()),
        }
        answer = self._answer(worker, self.timeout, {"event": event, "seconds": self.timeout, "context": context})
        self._idle.put(worker)
        if self._closed:
            self.close()
        if "error" in answer:
            raise FunctionError(self.name, answer["error"])
        return answer["result"]

    def close(self) -> None:
        """End the processes that wait for events, and each that still handles one when it is done."""
        self._closed = True
        while worker := self._next_idle():
            worker.end()

    def _warm_worker(self) -> _Worker | None:
        while worker := self._next_idle():
            if worker.process.poll() is None:
                return worker
            worker.end()
        return None

    def _next_idle(self) -> _Worker | None:
        with suppress(queue.Empty):
            return self._idle.get_nowait()
        return None

    def _start_worker(self) -> _Worker:
        # Nothing of this process's environment but what a program needs to start: the function sees its own settings.
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {"PYTHONPATH": f"{self.code}{os.pathsep}{LOCAL_CLOUD}", "PYTHONUNBUFFERED": "1"}
        environment |= {"AWS_LAMBDA_FUNCTION_NAME": self.name, **self.environment}
        self.log.parent.mkdir(parents=True, exist_ok=True)
        ours, its = Pipe()
        command = ["-m", "local_cloud.aws.awslambda.worker", self.handler, str(its.fileno())]
        with self.log.open("a") as log, its:
            process = subprocess.Popen(  # noqa: S603 - our own module.
                [sys.executable, *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[its.fileno()],
            )
        worker = _Worker(process, ours)
        ready = self._answer(worker, INIT_SECONDS)
        if "error" in ready:
            worker.end()
            raise FunctionError(self.name, ready["error"])
        return worker

    def _answer(self, worker: _Worker, seconds: float, call: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What the worker says next; FunctionError when it dies or takes too long, and then it is gone."""
        try:
            if call:
                worker.pipe.send(call)
            if worker.pipe.poll(seconds):
                return dict(worker.pipe.recv())
            problem = ("Sandbox.Timedout", f"Task timed out after {seconds:.2f} seconds")
            worker.end()
        except (EOFError, ConnectionError):
            worker.end()
            ended = f"the process ended with exit code {worker.process.returncode}; its log is {self.log}"
            problem = ("Runtime.ExitError", ended)
        raise FunctionError(self.name, {"errorType": problem[0], "errorMessage": problem[1]})
