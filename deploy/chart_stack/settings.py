"""What ``make deploy`` has asked once: a file of the SAM CLI's for each stack, beside the template and not in git."""

import tomllib
from pathlib import Path
from typing import Any

DEPLOY = Path(__file__).parents[1]
TEMPLATE = DEPLOY / "template.yaml"
# What holds for every stack.
COMMON = DEPLOY / "samconfig.toml"


def saved_settings(stack: str) -> Path:
    """Where the answers for this stack are kept."""
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
