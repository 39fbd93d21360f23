"""Find the types and properties of a template that do not exist, or that the local cloud does not know."""

from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from local_cloud.aws.cloudformation.errors import DeploymentError
from local_cloud.aws.cloudformation.resources import KINDS
from local_cloud.aws.endpoint import REGION

Schema = Mapping[str, Any]


def check_resources(resources: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse resources (of a template that SAM has translated) with a type or a property that nobody here knows."""
    problems = [problem for logical_id, resource in resources.items() for problem in _problems(logical_id, resource)]
    if problems:
        raise DeploymentError("\n".join(problems))


def _problems(logical_id: str, resource: Mapping[str, Any]) -> Iterator[str]:
    type_name = resource["Type"]
    properties = resource.get("Properties", {})
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
    kind = KINDS[type_name]
    for path in sorted(kind.unknown(properties)):
        if path not in unknown:
            yield (
                f"{logical_id}: the local cloud does not know {path} of {type_name}: make it real in "
                "local_cloud/aws/cloudformation/resources, or list it there as recorded"
            )


def _not_in_schema(root: Schema, schema: Schema, value: Any, path: str) -> Iterator[str]:
    """The paths of all properties, however deep, that CloudFormation's own schema of the type does not have."""
    schema = _resolved(root, schema)
    if isinstance(value, list):
        for item in value:
            yield from _not_in_schema(root, schema.get("items", {}), item, path)
    if not isinstance(value, dict) or _is_function(value) or "properties" not in schema:
        return
    for name, inner in value.items():
        inner_path = f"{path}.{name}".lstrip(".")
        if name in schema["properties"]:
            yield from _not_in_schema(root, schema["properties"][name], inner, inner_path)
        elif schema.get("additionalProperties") is False:
            yield inner_path


def _resolved(root: Schema, schema: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["definitions"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


def _is_function(value: Mapping[str, Any]) -> bool:
    """Whether it is {"Ref": ...} or the like, whose value is known only when the stack is made."""
    return len(value) == 1 and next(iter(value)).startswith(("Ref", "Fn::"))
