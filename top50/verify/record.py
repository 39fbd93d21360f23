"""The record of a verification in Markdown, for an issue: no account, no names."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from top50.show import count
from top50.verify.journey import Journey
from top50.verify.steps import Outcome

IDENTITY = re.compile(r"((?:user|role|assumed-role|federated-user)/)[\w+=,.@/-]+")


def record(journey: Journey, outcomes: Sequence[Outcome], began: datetime) -> str:
    """Versions, region, times, what the job and Athena took, and how each step ended."""
    stack = journey.stack
    glue = stack.client("glue")
    job = glue.get_job(JobName=stack.output("TransformJob"))["Job"]
    runs = [
        f"{run['ExecutionTime']} s x {run.get('NumberOfWorkers') or job.get('NumberOfWorkers')}"
        for run in glue.get_job_runs(JobName=job["Name"])["JobRuns"]
        if hasattr(journey, "execution") and run.get("Arguments", {}).get("--run_id") == journey.execution.name
    ]
    scanned = sum(query.bytes_scanned for query in journey.queries)
    facts = {
        "versions": f"top50 {version('spotify-top50-aws')}, Glue {job.get('GlueVersion')}",
        "region": stack.client("s3").meta.region_name,
        "catalog": stack.output("CatalogMode"),
        "time": f"{began:%Y-%m-%d %H:%M:%S} to {datetime.now(UTC):%H:%M:%S} UTC",
        "job": f"{', '.join(runs) or 'none'} (ExecutionTime x workers, {job.get('WorkerType')})",
        "Athena": f"{count(journey.queries, 'query').replace('querys', 'queries')}, {scanned:,} bytes scanned",
    }
    lines = ["### top50 verify", "", "| | |", "|---|---|", *(f"| {name} | {it} |" for name, it in facts.items())]
    lines += ["", "| step | state | seconds | what was seen |", "|---|---|---|---|"]
    for it in outcomes:
        told = " ".join(it.told.split()).replace("|", "\\|")
        lines.append(f"| {it.name} | {it.state} | {it.seconds:.0f} | {told} |")
    return without_names("\n".join(lines), stack.name)


def without_names(text: str, stack: str) -> str:
    """The text without account ids, the stack's name (also as the database's), and who called."""
    for name in (stack, stack.replace("-", "_")):
        text = text.replace(name, "<stack>")
    return re.sub(r"\b\d{12}\b", "<account>", IDENTITY.sub(r"\1<name>", text))
