"""``make check``: the state machine is Amazon States Language, and each of its states is one that can be reached.

cfn-lint reads a definition only where it stands in a template, and ours is a file of its own: here it is put into one.
It does not look where transitions lead.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cfnlint.api import lint_all

DEFINITION = Path(__file__).parents[2] / "deploy" / "pipeline.asl.json"


def template(definition: dict[str, Any]) -> str:
    """The least template with this state machine in it."""
    properties = {"RoleArn": "arn:aws:iam::123456789012:role/pipeline", "Definition": definition}
    resources = {"Pipeline": {"Type": "AWS::StepFunctions::StateMachine", "Properties": properties}}
    return json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": resources}, indent=1)


def language_problems(definition: dict[str, Any]) -> Iterator[str]:
    """What cfn-lint says; its information (I...) is about the template around, which is none of ours."""
    for match in lint_all(template(definition)):
        if match.rule.id[0] in "EW":
            yield f"{match.rule.id} {match.message}"


def transition_problems(definition: dict[str, Any]) -> Iterator[str]:
    """States that are named and not there, and such as nothing leads to."""
    states = definition["States"]
    seen, waiting = set(), [definition["StartAt"]]
    while waiting:
        name = waiting.pop()
        if name not in seen and name in states:
            waiting += targets(states[name])
        elif name not in states:
            yield f"a transition leads to {name}, which is no state"
        seen.add(name)
    for name in states.keys() - seen:
        yield f"nothing leads to {name}"


def targets(state: dict[str, Any]) -> list[str]:
    """Where a state may go on."""
    if state["Type"] in ("Map", "Parallel"):
        raise NotImplementedError(f"look into {state['Type']} states, too")
    places = [state, *state.get("Choices", []), *state.get("Catch", [])]
    return [place[key] for place in places for key in ("Next", "Default") if key in place]


def main() -> None:
    """Print what is wrong; exit with 1 when something is."""
    # As it is after the template's substitutions: resources must begin with arn:aws, waits must be numbers.
    text = DEFINITION.read_text(encoding="utf-8").replace("${Partition}", "aws")
    definition = json.loads(re.sub(r"\$\{\w+\}", "1", text))
    found = [*language_problems(definition), *transition_problems(definition)]
    for problem in found:
        sys.stderr.write(f"{DEFINITION.name}: {problem}\n")
    sys.stdout.write(f"{DEFINITION.name}: {len(definition['States'])} states, {len(found)} problems\n")
    if found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
