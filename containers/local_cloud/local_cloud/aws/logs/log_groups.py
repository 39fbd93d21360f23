"""What functions and job runs write to their files, in CloudWatch's log groups too, as an agent brings it there."""

import logging
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from botocore.exceptions import ClientError

from local_cloud.aws.iam import GLUE, LAMBDA
from local_cloud.aws.server import AwsServer

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
RUNS = "transform"


class LogGroups:
    """Follows the log files below ``folder`` while its context lasts; what they held before is left out."""

    def __init__(self, aws: AwsServer, folder: Path) -> None:
        self._aws = aws
        self._folder = folder
        self._read = {path: path.stat().st_size for path in self._files()}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="log-groups", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._closing.set()
        self._thread.join()

    def _files(self) -> list[Path]:
        return sorted([*self._folder.glob("*.log"), *self._folder.glob(f"{RUNS}/*.log")])

    def _follow(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            for path in self._files():
                self._ship(path)

    def _ship(self, path: Path) -> None:
        """Put the whole lines that are new."""
        start = self._read.get(path, 0)
        with path.open("rb") as file:
            file.seek(start)
            new, _newline, _begun = file.read().rpartition(b"\n")
        if not new:
            return
        self._read[path] = start + len(new) + 1
        # CloudWatch takes no empty messages.
        lines = [line for line in new.decode(errors="replace").splitlines() if line.strip()]
        if not lines:
            return
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": line} for line in lines]
        try:
            (self._ship_run if path.parent.name == RUNS else self._ship_invocations)(path.stem, events)
        except ClientError as error:
            # As on AWS, what may not be logged is lost, and nothing else stops.
            logger.error("%s: %s", path, error.response["Error"]["Message"])

    def _ship_invocations(self, function: str, events: list[dict[str, Any]]) -> None:
        """Of a function, whose group is the stack's."""
        role = self._aws.client("lambda").get_function_configuration(FunctionName=function)["Role"]
        place = {"logGroupName": f"/aws/lambda/{function}", "logStreamName": "local"}
        _put(self._aws.as_role(role, LAMBDA).client("logs"), place, events)

    def _ship_run(self, run: str, events: list[dict[str, Any]]) -> None:
        """Of a run of the job; Glue makes sure that there is a group."""
        [job] = self._aws.client("glue").get_jobs()["Jobs"]
        prefix = job["DefaultArguments"].get("--custom-logGroup-prefix", "/aws-glue/jobs")
        place = {"logGroupName": f"{prefix}/error", "logStreamName": run}
        logs = self._aws.as_role(job["Role"], GLUE).client("logs")
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=place["logGroupName"])
        _put(logs, place, events)


def _put(logs: Any, place: dict[str, str], events: list[dict[str, Any]]) -> None:
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_stream(**place)
    logs.put_log_events(**place, logEvents=events)
