"""Find what a template refers to and does not have; CloudFormation refuses it, moto breaks on it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_cloud.aws.cloudformation.errors import DeploymentError

IN_SUB = re.compile(r"\$\{([^!}][^}]*)\}")


def check_references(template: Mapping[str, Any]) -> None:
    """Refuse a template (that SAM has translated) in which a Ref, GetAtt, Sub or DependsOn names nothing."""
    known = {*template["Resources"], *template.get("Parameters", {})}
    parts = {**template["Resources"], **template.get("Outputs", {})}
    problems = [
        f"{logical_id}: it refers to {name}, which the template does not have: correct one of the two"
        for logical_id, part in parts.items()
        for name in sorted(set(_references(part)) - known)
        if not name.startswith("AWS::")
    ]
    if problems:
        raise DeploymentError("\n".join(problems))


def _references(value: Any) -> Iterator[str]:
    """The names that a part of the template refers to, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        match name, inner:
            case "Ref", str():
                yield inner
            case "Fn::GetAtt", [str(resource), *_attribute]:
                yield resource
            case "Fn::Sub", str():
                yield from (found.split(".")[0] for found in IN_SUB.findall(inner))
            case "Fn::Sub", [str(text), dict(own)]:
                yield from (found.split(".")[0] for found in IN_SUB.findall(text) if found not in own)
                yield from _references(own)
            case "DependsOn", str():
                yield inner
            case "DependsOn", list():
                yield from inner
            case _:
                yield from _references(inner)
