"""The record of a verification in Markdown, for an issue: without account ids and names."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from top50.verify.journey import Journey
from top50.verify.steps import Outcome

CALLER = re.compile(r"((?:user|role|assumed-role|federated-user)/)[\w+=,.@/-]+")
ACCOUNT = re.compile(r"\b\d{12}\b")


def record(journey: Journey, outcomes: Sequence[Outcome], began: datetime) -> str:
    """Versions, region, times, what the job and Athena took, and how each step ended."""
    stack, glue, ours = journey.stack, journey.stack.client("glue"), getattr(journey, "taken", None)
    job = glue.get_job(JobName=stack.output("TransformJob"))["Job"]
    runs = glue.get_job_runs(JobName=job["Name"])["JobRuns"] if ours else []
    spent = [f"{run['ExecutionTime']} s" for run in runs if ours and run["Arguments"].get("--run_id") == ours.name]
    s3 = stack.client("s3").meta
    cloud = "AWS" if ".amazonaws." in s3.endpoint_url else "a local cloud"
    rows = [
        f"versions | top50 {version('spotify-top50-aws')}, Glue {job.get('GlueVersion')}",
        f"where | {cloud}, {s3.region_name}, CatalogMode {stack.output('CatalogMode')}",
        f"when | {began:%Y-%m-%d %H:%M:%S} to {datetime.now(UTC):%H:%M:%S} UTC",
        f"job | ExecutionTime {' '.join(spent) or 'unknown'} x {job['NumberOfWorkers']} workers {job['WorkerType']}",
        f"Athena | {sum(it.bytes_scanned for it in journey.queries):,} bytes scanned by {len(journey.queries)} queries",
    ]
    told = [" ".join(it.told.split()).replace("|", "/") for it in outcomes]
    rows += [f"{it.name}: {it.state} | {it.seconds:.0f} s: {seen}" for it, seen in zip(outcomes, told, strict=True)]
    return without_names("\n".join(["| top50 verify | |", "|---|---|", *(f"| {it} |" for it in rows)]), stack.name)


def without_names(text: str, stack: str) -> str:
    """The text without account ids, callers, and the name of the stack, which the database has, too."""
    for name in (stack, stack.replace("-", "_")):
        text = text.replace(name, "<stack>")
    return ACCOUNT.sub("<account>", CALLER.sub(r"\1<name>", text))
