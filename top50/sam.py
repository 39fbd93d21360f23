"""The SAM CLI, which builds, deploys and removes, and the answers it keeps: a file per stack, beside the template."""

import os
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from top50.errors import FailedError
from top50.paths import DEPLOY, ROOT

# In an environment of its own: it pins versions of our libraries.
SAM = ROOT / ".venv-sam" / "bin" / "sam"
# What holds for every stack.
COMMON = DEPLOY / "samconfig.toml"


def saved_settings(stack: str) -> Path:
    """Where the answers for this stack are kept; not in git."""
    return DEPLOY / f"samconfig.{stack}.toml"


def saved_parameters(stack: str) -> dict[str, Any]:
    """The answers for this stack; empty before they were given (the SAM CLI saves them when it has all of them)."""
    path = saved_settings(stack)
    if not path.exists():
        return {}
    parameters: dict[str, Any] = (
        tomllib.loads(path.read_text()).get("default", {}).get("deploy", {}).get("parameters", {})
    )
    return parameters if "stack_name" in parameters else {}


def run_sam(arguments: Sequence[str]) -> None:
    """Run ``sam`` in the folder of the template, on this terminal; FailedError when it ends badly."""
    if not SAM.exists():
        # The Makefile knows how to install it from its lock file.
        _run(["make", "--no-print-directory", "sam"], ROOT, "the set-up of the SAM CLI")
    _run([str(SAM), *arguments], DEPLOY, f"sam {arguments[0]}")


def _run(command: Sequence[str], folder: Path, name: str) -> None:
    # SAM would report its use to AWS unless told otherwise.
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0"}
    try:
        finished = subprocess.run(command, cwd=folder, env=environment, check=False)  # noqa: S603 - no shell.
    except FileNotFoundError:
        raise FailedError(f"{name} needs the program {command[0]}, which is not installed") from None
    if finished.returncode:
        raise FailedError(f"{name} ended with exit code {finished.returncode}: see its messages above")
