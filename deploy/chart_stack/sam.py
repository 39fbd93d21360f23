"""The SAM CLI, which builds, deploys and removes; it stands beside the Python that runs this."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from chart_stack.errors import FailedError
from chart_stack.settings import DEPLOY

SAM = Path(sys.executable).with_name("sam")


def run_sam(arguments: Sequence[str]) -> None:
    """Run ``sam`` in the folder of the template, on this terminal; FailedError when it ends badly."""
    finished = subprocess.run([SAM, *arguments], cwd=DEPLOY, env=environment(os.environ), check=False)  # noqa: S603 - no shell.
    if finished.returncode:
        raise FailedError(f"sam {arguments[0]} ended with exit code {finished.returncode}: see above what it said")


def environment(of_ours: Mapping[str, str]) -> dict[str, str]:
    """That in which SAM runs: it would report its use to AWS unless told otherwise."""
    return {**of_ours, "SAM_CLI_TELEMETRY": "0"}
