"""Let moto's CloudFormation make, change and delete our kinds of resources, in the place of its own."""

from dataclasses import dataclass
from typing import Any, ClassVar

from botocore.exceptions import BotoCoreError, ClientError
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.core.common_models import CloudFormationModel

from local_cloud.aws.cloudformation.resources import KINDS
from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties
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
    deleted: bool = False
    logical_resource_id: str = ""

    @property
    def kind(self) -> Kind:
        """How such a resource is made."""
        return KINDS[self.type]

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

    def delete(self, _account: str, _region: str) -> None:
        """Delete it, unless its DeletionPolicy keeps it."""
        if not self.json.get("DeletionPolicy", "Delete").startswith("Retain"):
            delete(self.kind, self.aws, self.made)
        self.deleted = True


def delete(kind: Kind, aws: AwsEndpoint, made: Made) -> None:
    """Delete what may be gone already: many a resource goes with another one."""
    try:
        kind.delete(aws, made)
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
        kind = KINDS[cls.type_name]
        properties = cloudformation_json["Properties"]
        name = kind.name_of(properties, resource_name)
        try:
            made = kind.make(cls.aws, name, properties)
        except (ClientError, BotoCoreError, ValueError, KeyError) as error:
            raise ValidationError(message=f"{told['LogicalId']} ({cls.type_name}): {_text(error)}") from error
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
        if name == old.name and properties == old.json["Properties"]:
            return Resource(cls.aws, cls.type_name, name, cloudformation_json, old.made)
        if name == old.name and kind.change:
            try:
                kind.change(cls.aws, old.made, properties)
            except (ClientError, BotoCoreError, ValueError, KeyError) as error:
                raise ValidationError(message=f"{logical_id} ({cls.type_name}): {_text(error)}") from error
            return Resource(cls.aws, cls.type_name, name, cloudformation_json, old.made)
        if name == old.name or cloudformation_json.get("UpdateReplacePolicy") != "Retain":
            delete(kind, cls.aws, old.made)
        return cls.create_from_cloudformation_json(name, cloudformation_json, LogicalId=logical_id)


def _text(error: Exception) -> str:
    return f"no {error}" if isinstance(error, KeyError) else str(error)


def _model(type_name: str) -> type:
    # moto finds types among the direct subclasses of its model; a later one of the same type counts.
    members = {"__module__": __name__, "type_name": type_name}
    return type(type_name.replace("::", ""), (_OurModel, CloudFormationModel), members)


MODELS = [_model(type_name) for type_name in KINDS]


def _difference(stack: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> dict[str, list[str]]:
    """What an update has to look at: everything that stays, twice.

    moto would look for changes in the template's text, and miss those that come by a parameter in a Sub or by another
    resource. Ours compare a resource's final properties, and do nothing when they are the same. Twice, because the
    first time one may be replaced that another, earlier in the template, refers to.
    """
    looked_at = parsing.ResourceMap(
        stack.stack_id,
        stack["AWS::StackName"],
        parameters or stack.input_parameters,
        stack.tags,
        stack._region_name,
        stack._account_id,
        template,
        stack.cross_stack_resources,
    )
    looked_at.load()
    conditions = looked_at.lazy_condition_map
    wanted = [
        name
        for name, resource in template["Resources"].items()
        if "Condition" not in resource or conditions[resource["Condition"]]
    ]
    there = [name for name, resource in stack._parsed_resources.items() if isinstance(resource, Resource)]
    return {
        "Add": [name for name in wanted if name not in there],
        "Modify": [name for name in wanted if name in there] * 2,
        "Remove": [name for name in there if name not in wanted],
    }


_moto_update: Any = parsing.ResourceMap.update


def _update(stack: Any, template: dict[str, Any], parameters: dict[str, Any] | None = None) -> None:
    """Forget what is deleted, which moto keeps in mind."""
    _moto_update(stack, template, parameters)
    for name, resource in list(stack._parsed_resources.items()):
        if isinstance(resource, Resource) and resource.deleted:
            del stack._parsed_resources[name]


def add_resource_types(aws: AwsEndpoint) -> None:
    """Let moto's CloudFormation make our types, in ``aws``."""
    _OurModel.aws = aws
    stacks: Any = parsing.ResourceMap
    stacks.build_resource_diff, stacks.update = _difference, _update
    for cache in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cache.cache_clear()
