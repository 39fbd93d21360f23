"""Let moto's CloudFormation make, change and delete our kinds of resources, in the place of its own."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Self

from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

from local_cloud.aws.cloudformation.resources import KINDS
from local_cloud.aws.cloudformation.resources.kind import Made, Properties
from local_cloud.aws.server import AwsServer

# How services say that something is not there. CloudFormation takes that for deleted.
GONE = re.compile("NoSuch|NotFound|NonExistentQueue|QueueDoesNotExist")


class Resource:
    """A resource of a stack, with what moto asks of it; its class is its type, with what moto asks of that."""

    aws: ClassVar[AwsServer]
    type_name: ClassVar[str]
    logical_resource_id: str

    def __init__(self, name: str, json: dict[str, Any], made: Made) -> None:
        self.name, self.json, self._attributes = name, json, made.attributes
        # What Ref gives.
        self.physical_resource_id = made.ref

    def get_cfn_attribute(self, name: str) -> str:
        """What GetAtt gives."""
        if name not in self._attributes:
            raise ValidationError(message=f"{self.logical_resource_id}: {self.type_name} has no attribute {name} here")
        return self._attributes[name]

    def delete(self, *_place: str) -> None:
        """Delete it, unless its DeletionPolicy keeps it."""
        if not self.json.get("DeletionPolicy", "Delete").startswith("Retain"):
            self.delete_anyway()

    def delete_anyway(self) -> None:
        """Delete what may be gone already: many a resource goes with another one."""
        kind = KINDS[self.type_name]
        try:
            kind.delete(self.aws.client(kind.service), self.physical_resource_id, self.json["Properties"])
        except ClientError as error:
            if not GONE.search(error.response["Error"]["Code"]):
                raise

    @classmethod
    def cloudformation_type(cls) -> str:
        """The type's name."""
        return cls.type_name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that names a resource."""
        named_by = KINDS[cls.type_name].named_by
        return "" if "." in named_by else named_by

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, *_place: str, **told: str
    ) -> Self:
        """Make a resource."""
        kind, properties = KINDS[cls.type_name], cloudformation_json["Properties"]
        name = kind.name_of(properties, resource_name)
        with _told_of(f"{told['LogicalId']} ({cls.type_name})"):
            return cls(name, cloudformation_json, kind.made(cls.aws, name, properties))

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Self, new_resource_name: str, cloudformation_json: Properties, **_place: str
    ) -> Self:
        """The resource with its new properties: as it was, changed in place, or made anew."""
        old, kind, logical_id = original_resource, KINDS[cls.type_name], original_resource.logical_resource_id
        properties = cloudformation_json["Properties"]
        if old.type_name != cls.type_name:
            message = f"{logical_id}: it is of type {old.type_name}, and cannot become {cls.type_name}"
            raise ValidationError(message=message)
        name = kind.name_of(properties, old.name)
        is_new = properties != old.json["Properties"]
        if name == old.name and (kind.change or not is_new):
            if kind.change and is_new:
                with _told_of(f"{logical_id} ({cls.type_name})"):
                    kind.change(cls.aws.client(kind.service), old.physical_resource_id, properties)
            old.json = cloudformation_json
            return old
        if name == old.name or cloudformation_json.get("UpdateReplacePolicy") != "Retain":
            old.delete_anyway()
        return cls.create_from_cloudformation_json(name, cloudformation_json, LogicalId=logical_id)


@contextmanager
def _told_of(resource: str) -> Iterator[None]:
    """Turn what a service, boto3 or our own code refuses into CloudFormation's error, with the resource's name."""
    try:
        yield
    except (ClientError, BotoCoreError, ValueError, KeyError) as error:
        problem = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise ValidationError(message=f"{resource}: {problem}") from error


def _model(type_name: str) -> type:
    # moto finds types among the direct subclasses of its model; a later one of the same type counts.
    members = {"__module__": __name__, "type_name": type_name}
    return type(type_name.replace("::", ""), (Resource, CloudFormationModel), members)


MODELS = [_model(type_name) for type_name in KINDS]


def _update(stack: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
    """Bring a stack's resources in line with another template, or other parameters.

    moto would look for changes in the template's text, and miss those that come by a parameter in a Sub or by another
    resource. Ours compare a resource's final properties, and do nothing when they are the same. Everything that stays
    is looked at twice: the first time one may be replaced that another, earlier in the template, refers to.
    """
    stack._template, stack._resource_json_map = template, template["Resources"]
    stack.input_parameters = parameters or stack.input_parameters
    stack.load()
    wanted = {
        name: resource
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or stack.lazy_condition_map[resource["Condition"]]
    }
    there = {name: found for name, found in stack._parsed_resources.items() if isinstance(found, Resource)}
    for name in [name for name in there if name not in wanted]:
        stack._parsed_resources.pop(name).delete()
    for name in [name for name in wanted if name not in there]:
        # moto makes what is asked for and not there.
        _made = stack[name]
    for name in [name for name in wanted if name in there] * 2:
        changed = parsing.parse_and_update_resource(name, wanted[name], stack, stack._account_id, stack._region_name)
        stack._parsed_resources[name] = changed


def add_resource_types(aws: AwsServer) -> None:
    """Let moto's CloudFormation make our types, in ``aws``."""
    Resource.aws = aws
    stacks: Any = parsing.ResourceMap
    stacks.update = _update
    for cache in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cache.cache_clear()
