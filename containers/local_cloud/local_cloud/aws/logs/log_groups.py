"""What functions and job runs write to their files, in CloudWatch's log groups too, as an agent brings it there."""

import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from local_cloud.aws.endpoint import AwsEndpoint

LOOK_SECONDS = 0.5
RUNS = "transform"


class LogGroups:
    """Follows the log files below ``folder`` while its context lasts; what they held before is left out."""

    def __init__(self, aws: AwsEndpoint, folder: Path) -> None:
        self._logs = aws.client("logs")
        self._glue = aws.client("glue")
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
        place = self._place(path)
        with suppress(self._logs.exceptions.ResourceAlreadyExistsException):
            self._logs.create_log_group(logGroupName=place["logGroupName"])
        with suppress(self._logs.exceptions.ResourceAlreadyExistsException):
            self._logs.create_log_stream(**place)
        now = int(time.time() * 1000)
        self._logs.put_log_events(**place, logEvents=[{"timestamp": now, "message": line} for line in lines])

    def _place(self, path: Path) -> dict[str, str]:
        """The group and the stream of a file, as AWS names them."""
        if path.parent.name != RUNS:
            return {"logGroupName": f"/aws/lambda/{path.stem}", "logStreamName": "local"}
        [job] = self._glue.get_jobs()["Jobs"]
        prefix = job["DefaultArguments"].get("--custom-logGroup-prefix", "/aws-glue/jobs")
        return {"logGroupName": f"{prefix}/error", "logStreamName": path.stem}
