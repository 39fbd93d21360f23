"""Glue job runs: each starts ``spark-submit`` on the job's script, with S3A in the place of EMRFS."""

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from local_cloud.aws.endpoint import ACCESS_KEY, SECRET_KEY, AwsEndpoint, client_environment
from local_cloud.aws.operations import AwsError, Operation
from local_cloud.spark.submit import SparkProcess, s3a_settings

RUNNING = ("STARTING", "RUNNING", "STOPPING")


@dataclass
class JobRun:
    """One run, in the fields of Glue's GetJobRun."""

    job_name: str
    arguments: dict[str, str]
    timeout_minutes: int
    id: str = field(default_factory=lambda: f"jr_{uuid.uuid4().hex}")
    state: str = "STARTING"
    started: float = field(default_factory=time.time)
    ended: float | None = None
    error: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The run as Glue describes it."""
        described = {
            "Id": self.id,
            "JobName": self.job_name,
            "JobRunState": self.state,
            "Arguments": self.arguments,
            "StartedOn": self.started,
            "Timeout": self.timeout_minutes,
            "Attempt": 0,
        }
        if self.ended is not None:
            described |= {"CompletedOn": self.ended, "ExecutionTime": round(self.ended - self.started)}
        if self.error is not None:
            described["ErrorMessage"] = self.error
        return described


class GlueJobs:
    """Runs the jobs that moto has the definitions of; ``folder`` gets scripts and one log per run."""

    def __init__(self, aws: AwsEndpoint, folder: Path) -> None:
        self._aws = aws
        self._glue = aws.client("glue")
        self._s3 = aws.client("s3")
        self._folder = folder
        self._runs: dict[str, JobRun] = {}
        self._processes: dict[str, SparkProcess] = {}
        self._lock = threading.Lock()

    def operations(self) -> Mapping[str, Operation]:
        """What is answered in moto's place."""
        return {
            "AWSGlue.StartJobRun": self.start,
            "AWSGlue.GetJobRun": lambda request: {"JobRun": self._find(request["RunId"]).as_json()},
            "AWSGlue.GetJobRuns": self.list,
            "AWSGlue.BatchStopJobRun": self.stop,
        }

    def start(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """StartJobRun: refuse a run too many, else start it and return at once."""
        name = request["JobName"]
        job = self._glue.get_job(JobName=name)["Job"]
        arguments = {**job.get("DefaultArguments", {}), **request.get("Arguments", {})}
        allowed = job.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1)
        run = JobRun(name, arguments, request.get("Timeout") or job.get("Timeout") or 2880)
        with self._lock:
            running = [other for other in self._runs.values() if other.job_name == name and other.state in RUNNING]
            if len(running) >= allowed:
                message = f"Concurrent runs exceeded for {name}"
                raise AwsError("ConcurrentRunsExceededException", message)
            self._runs[run.id] = run
        threading.Thread(target=self._run, args=[run, job["Command"]["ScriptLocation"]], daemon=True).start()
        return {"JobRunId": run.id}

    def list(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """GetJobRuns: a job's runs, the newest first."""
        runs = [run for run in self._runs.values() if run.job_name == request["JobName"]]
        return {"JobRuns": [run.as_json() for run in sorted(runs, key=lambda run: -run.started)]}

    def stop(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """BatchStopJobRun."""
        for run_id in request["JobRunIds"]:
            self._find(run_id).state = "STOPPING"
            if run_id in self._processes:
                self._processes[run_id].kill()
        submitted = [{"JobName": request["JobName"], "JobRunId": run_id} for run_id in request["JobRunIds"]]
        return {"SuccessfulSubmissions": submitted, "Errors": []}

    def close(self) -> None:
        """End what still runs."""
        for process in list(self._processes.values()):
            process.kill()

    def _find(self, run_id: str) -> JobRun:
        if run_id not in self._runs:
            raise AwsError("EntityNotFoundException", f"JobRun with id {run_id} not found")
        return self._runs[run_id]

    def _run(self, run: JobRun, script_location: str) -> None:
        # Glue's own arguments come along with the job's, as they do there.
        arguments = {"--JOB_NAME": run.job_name, "--JOB_RUN_ID": run.id, **run.arguments}
        try:
            process = SparkProcess(
                self._script(script_location),
                [word for item in arguments.items() for word in item],
                log=self._folder / f"{run.id}.log",
                conf=s3a_settings(self._aws.url, ACCESS_KEY, SECRET_KEY),
                env=client_environment(self._aws.url),
            )
            self._processes[run.id] = process
            if run.state == "STARTING":
                run.state = "RUNNING"
            state, run.error = process.wait(run.timeout_minutes * 60)
        except Exception as error:  # noqa: BLE001 - a fault of ours is a failed run, as a fault of Glue's would be.
            state, run.error = "FAILED", f"{type(error).__name__}: {error}"
        run.ended = time.time()
        run.state = "STOPPED" if run.state == "STOPPING" else state

    def _script(self, location: str) -> Path:
        """The job's script, from where deployment has put it. spark-submit takes Python only by its ending."""
        address = urlparse(location)
        path = self._folder / "scripts" / Path(address.path).with_suffix(".py").name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._s3.get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))["Body"].read())
        return path
