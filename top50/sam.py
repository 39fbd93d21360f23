"""The SAM CLI, which builds, deploys and removes, and the answers it keeps: a file per stack, beside the template."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from top50.errors import FailedError, RefusedError
from top50.paths import DEPLOY, ROOT

# In an environment of its own: it pins versions of our libraries.
SAM = ROOT / ".venv-sam" / "bin" / "sam"
# What holds for every stack.
COMMON = DEPLOY / "samconfig.toml"
# As people give it to SAM, and as SAM keeps it.
ARCHITECTURE = re.compile(r"""\bArchitecture(?:=|,ParameterValue=)\\?["']?(x86_64|arm64)""")
# The names in Docker; the first is the template's default.
PROCESSORS = {"x86_64": "amd64", "arm64": "arm64"}


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


def built_template() -> Path:
    """What ``sam build`` writes, and ``sam deploy`` reads."""
    return DEPLOY / ".aws-sam" / "build" / "template.yaml"


def architecture(stack: str, sam_options: Sequence[str]) -> str:
    """The template's Architecture as given now, or as saved, or its default."""
    saved = saved_parameters(stack).get("parameter_overrides", "")
    found = ARCHITECTURE.findall(f"{saved} {' '.join(sam_options)}")
    return str(found[-1]) if found else next(iter(PROCESSORS))


def refuse_images(wanted: str) -> None:
    """Raise RefusedError if an image just built is for another processor, or stands on a stand-in for AWS's image."""
    template = built_template()
    images = re.findall(r"ImageUri: (\S+)", template.read_text()) if template.exists() else []
    # Others that `sam build` finds take the same words.
    engine = next(filter(shutil.which, ("docker", "finch", "podman")), None)
    for image in images if engine else []:
        command = [str(engine), "image", "inspect", "--format", "{{.Architecture}} {{json .Config.Labels}}", image]
        told = subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - no shell.
        processor, _blank, labels = told.partition(" ")
        if not labels:
            continue  # Another engine has built it.
        if processor != PROCESSORS[wanted]:
            raise RefusedError(f"{image} was built for {processor}, but Architecture is {wanted}: pull its base again")
        if base := (json.loads(labels) or {}).get("stand-in"):
            raise RefusedError(f"{image} stands on a local stand-in: docker rmi {base}, and deploy again")


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
