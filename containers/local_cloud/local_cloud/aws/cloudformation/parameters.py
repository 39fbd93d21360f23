"""Check a stack's name and parameters as the template asks for them; moto does not."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_cloud.aws.cloudformation.errors import DeploymentError


def check_stack_name(template: Mapping[str, Any], name: str) -> None:
    """Refuse a name that the template's metadata does not allow: names of resources derive from it."""
    rule = template.get("Metadata", {}).get("StackName", {})
    if rule and not re.fullmatch(rule["AllowedPattern"], name):
        raise DeploymentError(f"stack name {name!r}: use {rule['ConstraintDescription']}")


def check_parameters(declared: Mapping[str, Mapping[str, Any]], given: Mapping[str, str]) -> None:
    """Refuse parameters that the template does not declare, and values that it does not allow."""
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise DeploymentError(f"the template has no parameter {', '.join(unknown)}: it has {', '.join(declared)}")
    problems = []
    for name, rule in declared.items():
        if name not in given and "Default" not in rule:
            problems.append(f"parameter {name}: it has no default, give one")
            continue
        value = str(given.get(name, rule.get("Default")))
        if any(_broken(rule, value)):
            problems.append(f"parameter {name}: {value!r} is not {rule.get('ConstraintDescription', 'allowed')}")
    if problems:
        raise DeploymentError("\n".join(problems))


def _broken(rule: Mapping[str, Any], value: str) -> Iterator[bool]:
    """Whether the value breaks each thing that the rule demands."""
    if "AllowedPattern" in rule:
        yield not re.fullmatch(rule["AllowedPattern"], value)
    if "AllowedValues" in rule:
        yield value not in map(str, rule["AllowedValues"])
    if rule["Type"] == "Number":
        try:
            number = float(value)
        except ValueError:
            yield True
            return
        yield not rule.get("MinValue", number) <= number <= rule.get("MaxValue", number)
