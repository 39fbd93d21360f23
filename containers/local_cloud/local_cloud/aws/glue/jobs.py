"""Glue job runs: each starts ``spark-submit`` on the job's script, with the rights of the job's role."""

import threading
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from local_cloud.aws.endpoint import AwsEndpoint
from local_cloud.aws.glue.modules import install_modules
from local_cloud.aws.iam import GLUE
from local_cloud.aws.operations import AwsError, Operation
from local_cloud.aws.server import AwsServer
from local_cloud.spark.submit import SparkProcess

RUNNING = ("STARTING", "RUNNING", "STOPPING")


class GlueJobs:
    """Runs the jobs that moto has the definitions of; ``folder`` gets scripts and one log per run."""

    def __init__(self, aws: AwsServer, folder: Path) -> None:
        self._aws = aws
        self._glue = aws.client("glue")
        self._folder = folder
        # As GetJobRun shows them. One that changes is replaced: it may be on its way to a client.
        self._runs: dict[str, dict[str, Any]] = {}
        self._processes: dict[str, SparkProcess] = {}
        self._lock = threading.Lock()
        self._closed = False

    def operations(self) -> Mapping[str, Operation]:
        """What is answered in moto's place."""
        return {
            "AWSGlue.StartJobRun": self.start,
            "AWSGlue.GetJobRun": lambda request: {"JobRun": self._find(request["RunId"])},
            # The newest first.
            "AWSGlue.GetJobRuns": lambda request: {
                "JobRuns": [run for run in reversed(list(self._runs.values())) if run["JobName"] == request["JobName"]]
            },
            "AWSGlue.BatchStopJobRun": self.stop,
        }

    def start(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """StartJobRun: refuse a run too many, else start it and return at once."""
        name = request["JobName"]
        job = self._glue.get_job(JobName=name)["Job"]
        run = {
            "Id": f"jr_{uuid.uuid4().hex}",
            "JobName": name,
            "JobRunState": "STARTING",
            "Arguments": {**job.get("DefaultArguments", {}), **request.get("Arguments", {})},
            "StartedOn": time.time(),
            "Timeout": request.get("Timeout") or job.get("Timeout") or 2880,
            "Attempt": 0,
        }
        role = self._aws.as_role(job["Role"], GLUE)
        allowed = job.get("ExecutionProperty", {}).get("MaxConcurrentRuns", 1)
        with self._lock:
            others = [other for other in self._runs.values() if other["JobName"] == name]
            if sum(other["JobRunState"] in RUNNING for other in others) >= allowed:
                raise AwsError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}")
            self._runs[run["Id"]] = run
        threading.Thread(target=self._run, args=[run, job["Command"]["ScriptLocation"], role], daemon=True).start()
        return {"JobRunId": run["Id"]}

    def stop(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """BatchStopJobRun."""
        for run_id in request["JobRunIds"]:
            if self._find(run_id)["JobRunState"] in RUNNING:
                self._change(run_id, JobRunState="STOPPING")
            if run_id in self._processes:
                self._processes[run_id].kill()
        submitted = [{"JobName": request["JobName"], "JobRunId": run_id} for run_id in request["JobRunIds"]]
        return {"SuccessfulSubmissions": submitted, "Errors": []}

    def close(self) -> None:
        """End what still runs, and what is about to."""
        self._closed = True
        for process in list(self._processes.values()):
            process.kill()

    def _find(self, run_id: str) -> dict[str, Any]:
        if run_id not in self._runs:
            raise AwsError("EntityNotFoundException", f"JobRun with id {run_id} not found")
        return self._runs[run_id]

    def _change(self, run_id: str, **fields: Any) -> None:
        self._runs[run_id] = self._runs[run_id] | fields

    def _run(self, run: Mapping[str, Any], script_location: str, role: AwsEndpoint) -> None:
        run_id = run["Id"]
        # Glue's own arguments come along with the job's, as they do there.
        arguments = {"--JOB_NAME": run["JobName"], "--JOB_RUN_ID": run_id, **run["Arguments"]}
        # One argument holds all of Spark's settings: "name=value --conf name=value".
        settings = [it.partition("=") for it in arguments.pop("--conf", "").split(" --conf ") if it]
        conf = {name.strip(): value.strip() for name, _equals, value in settings}
        try:
            modules = install_modules(role, arguments)
            process = SparkProcess(
                self._script(script_location, role),
                [word for item in arguments.items() for word in item],
                log=self._folder / f"{run_id}.log",
                conf=conf,
                env=role.environment(),
                modules=modules,
            )
            self._processes[run_id] = process
            if self._closed:
                process.kill()
            if self._runs[run_id]["JobRunState"] == "STARTING":
                self._change(run_id, JobRunState="RUNNING")
            state, problem = process.wait(run["Timeout"] * 60)
        except Exception as error:  # noqa: BLE001 - a fault of ours is a failed run, as a fault of Glue's would be.
            state, problem = "FAILED", f"{type(error).__name__}: {error}"
        ended = time.time()
        self._change(
            run_id,
            JobRunState="STOPPED" if self._runs[run_id]["JobRunState"] == "STOPPING" else state,
            CompletedOn=ended,
            ExecutionTime=round(ended - run["StartedOn"]),
            ErrorMessage=problem,
        )

    def _script(self, location: str, role: AwsEndpoint) -> Path:
        """The job's script, from where deployment has put it. spark-submit takes Python only by its ending."""
        address = urlparse(location)
        path = self._folder / "scripts" / Path(address.path).with_suffix(".py").name
        path.parent.mkdir(parents=True, exist_ok=True)
        stored = role.client("s3").get_object(Bucket=address.netloc, Key=address.path.lstrip("/"))
        path.write_bytes(stored["Body"].read())
        return path
