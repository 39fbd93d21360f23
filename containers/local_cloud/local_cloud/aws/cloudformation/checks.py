"""What of a template or of a deployment's parameters is refused before anything is made; moto would go on, or break.

Types and properties are held against the schemas that come with cfn-lint. Its own rules find the same slips, and take
ten times as long as the rest of a deployment.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from local_cloud.aws.cloudformation.resources import KINDS
from local_cloud.aws.endpoint import REGION

Part = Mapping[str, Any]

IN_SUB = re.compile(r"\$\{([^!}][^}]*)\}")


class DeploymentError(Exception):
    """The template, or what is asked of it, cannot be deployed here; the message names it and says who acts."""


def check_inputs(sam: Part, name: str, given: Mapping[str, str]) -> None:
    """Refuse a stack name or parameters that the template does not allow; names of resources derive from the first."""
    rule, declared = sam.get("Metadata", {}).get("StackName", {}), sam.get("Parameters", {})
    if rule and not re.fullmatch(rule["AllowedPattern"], name):
        raise DeploymentError(f"stack name {name!r}: use {rule['ConstraintDescription']}")
    unknown = sorted(given.keys() - declared.keys())
    if unknown:
        raise DeploymentError(f"the template has no parameter {', '.join(unknown)}: it has {', '.join(declared)}")
    _refuse(problem for name, rule in declared.items() for problem in _parameter_problems(name, rule, given))


def check_template(template: Part) -> None:
    """Refuse what nobody here knows, or what refers to nothing, in a template that SAM has translated."""
    _refuse(problem for name, resource in template["Resources"].items() for problem in _unknown(name, resource))
    known = {*template["Resources"], *template.get("Parameters", {})}
    _refuse(
        f"{logical_id}: it refers to {name}, which the template does not have: correct one of the two"
        for logical_id, part in {**template["Resources"], **template.get("Outputs", {})}.items()
        for name in sorted(set(_references(part)) - known)
        if not name.startswith("AWS::")
    )


def _refuse(problems: Iterator[str]) -> None:
    if found := list(problems):
        raise DeploymentError("\n".join(found))


def _parameter_problems(name: str, rule: Part, given: Mapping[str, str]) -> Iterator[str]:
    if name not in given and "Default" not in rule:
        yield f"parameter {name}: it has no default, give one"
        return
    value = str(given.get(name, rule.get("Default")))
    is_allowed = re.fullmatch(rule.get("AllowedPattern", ".*"), value) is not None
    is_allowed &= value in map(str, rule.get("AllowedValues", [value]))
    if is_allowed and rule["Type"] == "Number":
        least, most = rule.get("MinValue", float("-inf")), rule.get("MaxValue", float("inf"))
        is_allowed = re.fullmatch(r"-?\d+(\.\d+)?", value) is not None and least <= float(value) <= most
    if not is_allowed:
        yield f"parameter {name}: {value!r} is not {rule.get('ConstraintDescription', 'allowed')}"


def _unknown(logical_id: str, resource: Part) -> Iterator[str]:
    """A type or properties that CloudFormation does not have, or the local cloud."""
    type_name, properties = resource["Type"], resource.get("Properties", {})
    try:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, type_name).schema
    except ResourceNotFoundError:
        yield f"{logical_id}: CloudFormation has no type {type_name}: correct it in the template"
        return
    unknown = sorted(_not_in_schema(schema, schema, properties, ""))
    yield from (f"{logical_id}: {type_name} has no property {path}: correct it in the template" for path in unknown)
    if type_name not in KINDS:
        yield f"{logical_id}: the local cloud has no {type_name}: add it to local_cloud/aws/cloudformation/resources"
        return
    for path in sorted(set(KINDS[type_name].unknown(properties)) - set(unknown)):
        yield (
            f"{logical_id}: the local cloud does not know {path} of {type_name}: make it real in "
            "local_cloud/aws/cloudformation/resources, or list it there as recorded"
        )


def _not_in_schema(root: Part, schema: Part, value: Any, path: str) -> Iterator[str]:
    """The paths of all properties, however deep, that CloudFormation's own schema of the type does not have."""
    while "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
    if isinstance(value, list):
        for item in value:
            yield from _not_in_schema(root, schema.get("items", {}), item, path)
    # What {"Ref": ...} and the like stand for is known only when the stack is made.
    is_function = isinstance(value, dict) and len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
    if not isinstance(value, dict) or is_function or "properties" not in schema:
        return
    for name, inner in value.items():
        inner_path = f"{path}.{name}".lstrip(".")
        if name in schema["properties"]:
            yield from _not_in_schema(root, schema["properties"][name], inner, inner_path)
        elif schema.get("additionalProperties") is False:
            yield inner_path


def _references(value: Any) -> Iterator[str]:
    """The names that a part of the template refers to, however deep."""
    match value:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name
        case {"Fn::Sub": str(text)}:
            yield from _references({"Fn::Sub": [text, {}]})
        case {"Fn::Sub": [str(text), dict(own)]}:
            yield from (found.split(".")[0] for found in IN_SUB.findall(text) if found not in own)
            yield from _references(list(own.values()))
        case dict():
            before = value.get("DependsOn", [])
            yield from [before] if isinstance(before, str) else before
            yield from _references(list(value.values()))
        case list():
            for each in value:
                yield from _references(each)
