"""The benchmark's arms as commands, and one timed run of one."""

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local_cloud.spark.submit import submit_command, submit_environment

HERE = Path(__file__).parent
TRANSFORM = HERE.parents[1] / "glue_jobs" / "transform.py"
# In turn, from the slowest to the leanest; `start` is a Spark session and nothing else.
ARMS = ("tutorial", "ours", "duckdb", "parse", "start")
PR_SET_CHILD_SUBREAPER = 36  # Linux's, from <sys/prctl.h>.


@dataclass(frozen=True)
class Timing:
    """One run: seconds of the whole process, core-seconds and the memory (MB) of the largest process in it."""

    seconds: float
    core_seconds: float
    memory: float


def command(arm: str, raw: Path, lake: Path) -> list[str]:
    """How to start an arm on ``raw``, writing to ``lake``."""
    match arm:
        case "ours":
            return submit_command(TRANSFORM, ["--raw_path", str(raw), "--lake_path", str(lake)], {})
        case "tutorial" | "start":
            return submit_command(HERE / f"arm_{arm}.py", [str(raw), str(lake)], {})
        case _:
            return [sys.executable, str(HERE / f"arm_{arm}.py"), str(raw), str(lake)]


def run(arm: str, generated: Path, place: Path) -> Timing:
    """Run an arm at ``place`` on a copy of the generated files; SystemExit with what it printed when it fails.

    The copy is of hard links: bytes are shared, names may be moved.
    """
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(generated, place / "raw" / "to_processed", copy_function=os.link)
    timing, printed = timed(command(arm, place / "raw", place / "lake"), {}, place / "output")
    if arm == "ours":
        assert_loaded(printed, generated)
    return timing


def timed(arguments: Sequence[str], env: Mapping[str, str], output: Path) -> tuple[Timing, str]:
    """Run a command to its end; SystemExit with what it printed when it fails. Returns what it printed too."""
    # What outlives its parent, as Spark's Python workers do, becomes a child of ours, and is counted too.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    with output.open("w") as printing:
        started = time.monotonic()
        process = subprocess.Popen(arguments, env=submit_environment(env), stdout=printing, stderr=subprocess.STDOUT)
        _pid, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    usages = [usage]
    with suppress(ChildProcessError):
        while True:
            usages.append(os.wait4(-1, 0)[2])
    printed = output.read_text()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(arguments[-5:])} failed:\n{printed[-3000:]}")
    core_seconds = sum(usage.ru_utime + usage.ru_stime for usage in usages)
    return Timing(seconds, core_seconds, max(usage.ru_maxrss for usage in usages) / 1024), printed


def assert_loaded(printed: str, generated: Path) -> None:
    """The job's summary must count every generated file; SystemExit otherwise."""
    loaded = json.loads(printed.splitlines()[-1])["rows"]["chart_load"]
    files = sum(1 for _ in generated.rglob("*.json"))
    if loaded != files:
        raise SystemExit(f"the job loaded {loaded} charts of {files} files")
