"""Let moto's CloudFormation make, change and delete our kinds of resources, in the place of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

from local_cloud.aws.cloudformation.resources import KINDS
from local_cloud.aws.cloudformation.resources.kind import Made, Properties
from local_cloud.aws.endpoint import AwsEndpoint

# How services say that something is not there. CloudFormation takes that for deleted.
GONE = frozenset(
    {
        "AWS.SimpleQueueService.NonExistentQueue",
        "EntityNotFoundException",
        "NoSuchBucket",
        "NoSuchEntity",
        "NotFound",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFound",
        "ResourceNotFoundException",
    }
)


@dataclass
class Resource:
    """A resource of a stack, as moto asks of it."""

    aws: AwsEndpoint
    type: str
    name: str
    json: dict[str, Any]
    made: Made
    logical_resource_id: str = ""

    @property
    def physical_resource_id(self) -> str:
        """What Ref gives."""
        return self.made.ref

    def is_created(self) -> bool:
        """Whether it is ready: ours are, once they are made."""
        return True

    def get_cfn_attribute(self, name: str) -> str:
        """What GetAtt gives."""
        if name not in self.made.attributes:
            raise ValidationError(message=f"{self.logical_resource_id}: {self.type} has no attribute {name} here")
        return self.made.attributes[name]

    def delete(self, *_place: str) -> None:
        """Delete it, unless its DeletionPolicy keeps it."""
        if not self.json.get("DeletionPolicy", "Delete").startswith("Retain"):
            self.delete_anyway()

    def delete_anyway(self) -> None:
        """Delete what may be gone already: many a resource goes with another one."""
        kind = KINDS[self.type]
        try:
            kind.delete(self.aws.client(kind.service), self.made.ref, self.json["Properties"])
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


class _OurModel:
    """What moto asks of the class of a resource type."""

    aws: ClassVar[AwsEndpoint]
    type_name: ClassVar[str]

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        named_by = KINDS[cls.type_name].named_by
        return "" if "." in named_by else named_by

    @classmethod
    def has_cfn_attr(cls, _attribute: str) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, *_place: str, **told: str
    ) -> Resource:
        kind, properties = KINDS[cls.type_name], cloudformation_json["Properties"]
        name = kind.name_of(properties, resource_name)
        with _told_of(f"{told['LogicalId']} ({cls.type_name})"):
            made = kind.made(cls.aws, name, properties)
        return Resource(cls.aws, cls.type_name, name, cloudformation_json, made)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Resource, new_resource_name: str, cloudformation_json: Properties, **_place: str
    ) -> Resource:
        old, kind, logical_id = original_resource, KINDS[cls.type_name], original_resource.logical_resource_id
        properties = cloudformation_json["Properties"]
        if old.type != cls.type_name:
            raise ValidationError(message=f"{logical_id}: it is of type {old.type}, and cannot become {cls.type_name}")
        name = kind.name_of(properties, old.name)
        is_same = name == old.name and properties == old.json["Properties"]
        if is_same or (name == old.name and kind.change):
            if kind.change and not is_same:
                with _told_of(f"{logical_id} ({cls.type_name})"):
                    kind.change(cls.aws.client(kind.service), old.made.ref, properties)
            return Resource(cls.aws, cls.type_name, name, cloudformation_json, old.made)
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
    return type(type_name.replace("::", ""), (_OurModel, CloudFormationModel), members)


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


def add_resource_types(aws: AwsEndpoint) -> None:
    """Let moto's CloudFormation make our types, in ``aws``."""
    _OurModel.aws = aws
    stacks: Any = parsing.ResourceMap
    stacks.update = _update
    for cache in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cache.cache_clear()
