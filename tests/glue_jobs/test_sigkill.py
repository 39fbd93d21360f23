"""A run on a folder that is killed at a random moment, and the run after it: nothing is lost, nothing is left over."""

import fcntl
import itertools
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
from glue_jobs.scenes import copy_of

from local_cloud.spark.submit import submit_command, submit_environment

pytestmark = pytest.mark.spark

SLOW_DISK = Path(__file__).with_name("slow_disk.py")
# Seconds that a run spends in each phase, about: the kill falls somewhere in them.
PHASES = {"write": 1.0, "replace": 0.3, "move": 0.2}
# Seconds in which any machine comes to the phase.
PATIENCE = 120


def moments(count):
    """Seeded moments of a run: a phase, and seconds after it began."""
    chosen = random.Random(20261122)
    phases = itertools.islice(itertools.cycle(PHASES), count)
    return [(phase, round(chosen.uniform(0, PHASES[phase]), 3)) for phase in phases]


def versions(folder):
    """The files below a folder, each with what changes when it is replaced."""
    return {(path, path.stat().st_ino) for path in folder.rglob("*.parquet")}


def begun(lake, phase):
    """What is true once a run has begun a phase."""
    if phase == "write":
        return lambda: any(lake.root.glob("staging/killed/*"))
    if phase == "replace":
        before = versions(lake.root / "lake")
        return lambda: versions(lake.root / "lake") != before
    waiting = set(lake.files("raw/to_processed"))
    return lambda: set(lake.files("raw/to_processed")) != waiting


def kill_in(lake, phase, seconds):
    """Start a run and kill it with all that it started; returns its exit code."""
    has_begun = begun(lake, phase)
    paths = ["--raw_path", str(lake.raw), "--lake_path", str(lake.root / "lake"), "--run_id", "killed"]
    command = submit_command(SLOW_DISK, paths, {"spark.local.dir": str(lake.root.parent / "scratch")})
    log = lake.root.parent / "killed.log"
    with log.open("wb") as output:
        run = subprocess.Popen(
            command, env=submit_environment({}), stdout=output, stderr=output, start_new_session=True
        )
    try:
        deadline = time.monotonic() + PATIENCE
        while not (reached := has_begun()) and run.poll() is None and time.monotonic() < deadline:
            time.sleep(0.005)
        assert reached, log.read_text()
        time.sleep(seconds)
    finally:
        if run.poll() is None:
            os.killpg(run.pid, signal.SIGKILL)
    code = run.wait()
    with (lake.root / "lake.lock").open() as lock:
        # What was waited for is Java; the Python that it started may be gone a moment later.
        fcntl.flock(lock, fcntl.LOCK_EX)
    return code


@pytest.mark.parametrize(
    ("phase", "seconds"),
    [
        pytest.param(*moment, marks=pytest.mark.full if n < 3 else pytest.mark.soak)
        for n, moment in enumerate(moments(20))
    ],
)
def test_a_run_that_was_killed_is_mended_by_the_next(scene, undisturbed, tmp_path, phase, seconds):
    after, _asked = undisturbed
    lake = copy_of(scene, tmp_path / "lake")

    code = kill_in(lake, phase, seconds)
    lake.run()

    assert code == -signal.SIGKILL, (tmp_path / "killed.log").read_text()
    assert lake.contents() == after
