"""A newcomer's shell: the project's commands on PATH, and nothing of this test run's AWS or Spark settings."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]


def shell(command, home, on_path=True, **settings):
    """Run a line in the project's folder, with its lakes in ``home``."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    own = str(ROOT / ".venv" / "bin")
    path = os.pathsep.join([own] * on_path + [it for it in os.environ["PATH"].split(os.pathsep) if it != own])
    return subprocess.run(
        ["bash", "-c", command],
        cwd=ROOT,
        env={**kept, "PATH": path, "LOCAL_CLOUD_HOME": str(home), "COLUMNS": "100", **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
