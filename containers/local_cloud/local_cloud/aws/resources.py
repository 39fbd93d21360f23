"""The resource types of CloudFormation that moto lacks, or makes less of than our template says.

Each is one function that makes the resource through boto3, as CloudFormation does through AWS's own API.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

from local_cloud.aws.server import AwsServer

Properties = dict[str, Any]


@dataclass
class Made:
    """A resource that exists: what Ref and GetAtt give for it."""

    physical_resource_id: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    type: str = ""  # moto and boto3 show it.

    def is_created(self) -> bool:
        """Whether it is ready: ours are, once they are made."""
        return True

    def get_cfn_attribute(self, name: str) -> str:
        """What GetAtt gives."""
        return self.attributes[name]


Make = Callable[[AwsServer, str, Properties], Made]


def bucket(aws: AwsServer, name: str, properties: Properties) -> Made:
    """moto's own leaves versioning and notifications out."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=name)
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    if "PublicAccessBlockConfiguration" in properties:
        s3.put_public_access_block(
            Bucket=name, PublicAccessBlockConfiguration=properties["PublicAccessBlockConfiguration"]
        )
    queues = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    if queues:
        configurations = [
            {"QueueArn": queue["Queue"], "Events": [queue["Event"]], "Filter": _filter(queue)} for queue in queues
        ]
        s3.put_bucket_notification_configuration(
            Bucket=name, NotificationConfiguration={"QueueConfigurations": configurations}
        )
    return Made(name, {"Arn": f"arn:aws:s3:::{name}"})


def _filter(configuration: Properties) -> Properties:
    return {"Key": {"FilterRules": configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])}}


def secret(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A secret; Ref gives its ARN."""
    properties = {key: value for key, value in properties.items() if key in ("Description", "SecretString")}
    arn = aws.client("secretsmanager").create_secret(Name=name, **properties)["ARN"]
    return Made(arn, {"Id": arn})


def function(aws: AwsServer, name: str, properties: Properties) -> Made:
    """moto's own leaves the package type out."""
    wanted = ("Architectures", "Code", "Description", "Environment", "MemorySize", "PackageType", "Role", "Timeout")
    settings = {key: properties[key] for key in wanted if key in properties}
    # A stack's parameters may be numbers, a process's environment is text.
    variables = {key: str(value) for key, value in properties.get("Environment", {}).get("Variables", {}).items()}
    made = aws.client("lambda").create_function(
        FunctionName=name, **settings | {"Environment": {"Variables": variables}}
    )
    return Made(name, {"Arn": made["FunctionArn"]})


def event_source_mapping(aws: AwsServer, _name: str, properties: Properties) -> Made:
    """moto keeps the mapping, event_sources.py acts on it."""
    made = aws.client("lambda").create_event_source_mapping(**_numbers(properties, "BatchSize", WINDOW))
    return Made(made["UUID"], {"Id": made["UUID"]})


WINDOW = "MaximumBatchingWindowInSeconds"


def _numbers(properties: Properties, *names: str) -> Properties:
    """Parameters of a stack are text, also where a number is wanted."""
    return {key: int(value) if key in names else value for key, value in properties.items()}


def state_machine(aws: AwsServer, name: str, properties: Properties) -> Made:
    """moto's own leaves the substitutions out."""
    substitutions = properties.get("DefinitionSubstitutions", {})
    definition = re.sub(r"\$\{(\w+)\}", lambda found: str(substitutions[found[1]]), properties["DefinitionString"])
    made = aws.client("stepfunctions").create_state_machine(
        name=name, definition=definition, roleArn=properties["RoleArn"]
    )
    return Made(made["stateMachineArn"], {"Arn": made["stateMachineArn"], "Name": name})


def glue_job(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A Glue job's definition; glue_jobs.py runs it."""
    aws.client("glue").create_job(**properties | {"Name": name})
    return Made(name)


def glue_database(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A database of the Glue catalog."""
    database = {"Name": name, **properties["DatabaseInput"]}
    aws.client("glue").create_database(DatabaseInput=database)
    return Made(database["Name"])


def glue_crawler(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A crawler's definition; glue_crawler.py crawls."""
    aws.client("glue").create_crawler(**properties | {"Name": name})
    return Made(name)


def workgroup(aws: AwsServer, name: str, properties: Properties) -> Made:
    """An Athena workgroup."""
    aws.client("athena").create_work_group(
        Name=name,
        Description=properties.get("Description", ""),
        Configuration=properties["WorkGroupConfiguration"],
    )
    return Made(name)


def schedule(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A schedule; nothing fires it here, the demo sends its event."""
    wanted = (
        "Description",
        "FlexibleTimeWindow",
        "ScheduleExpression",
        "ScheduleExpressionTimezone",
        "State",
        "Target",
    )
    settings = {key: properties[key] for key in wanted if key in properties}
    made = aws.client("scheduler").create_schedule(Name=name, **settings)
    return Made(name, {"Arn": made["ScheduleArn"]})


def queue_policy(aws: AwsServer, name: str, properties: Properties) -> Made:
    """Who may send to the queues; moto keeps it and lets everybody."""
    for queue in properties["Queues"]:
        policy = {"Policy": json.dumps(properties["PolicyDocument"])}
        aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes=policy)
    return Made(name)


# CloudFormation's type: how to make one, and which property names it ("" where none does).
TYPES: dict[str, tuple[Make, str]] = {
    "AWS::S3::Bucket": (bucket, "BucketName"),
    "AWS::SecretsManager::Secret": (secret, "Name"),
    "AWS::Lambda::Function": (function, "FunctionName"),
    "AWS::Lambda::EventSourceMapping": (event_source_mapping, ""),
    "AWS::StepFunctions::StateMachine": (state_machine, "StateMachineName"),
    "AWS::Glue::Job": (glue_job, "Name"),
    "AWS::Glue::Database": (glue_database, ""),
    "AWS::Glue::Crawler": (glue_crawler, "Name"),
    "AWS::Athena::WorkGroup": (workgroup, "Name"),
    "AWS::Scheduler::Schedule": (schedule, "Name"),
    "AWS::SQS::QueuePolicy": (queue_policy, ""),
}


class _OurResource:
    """What moto asks of the class of a resource type."""

    aws: ClassVar[AwsServer]
    make: ClassVar[Make]
    type_name: ClassVar[str]
    name_property: ClassVar[str]

    @classmethod
    def cloudformation_type(cls) -> str:
        return cls.type_name

    @classmethod
    def cloudformation_name_type(cls) -> str:
        return cls.name_property

    @classmethod
    def has_cfn_attr(cls, _attr: str) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: Properties, _account: str, _region: str, **_kwargs: object
    ) -> Made:
        properties = cloudformation_json["Properties"]
        # Of a type that moto has too, moto asks its own class which property is the name.
        made = cls.make(cls.aws, properties.get(cls.name_property, resource_name), properties)
        made.type = cls.type_name
        return made


def _model(type_name: str, make: Make, name_property: str) -> type:
    # moto finds types among the direct subclasses of its model; a later one of the same type counts.
    members = {
        "__module__": __name__,
        "make": staticmethod(make),
        "type_name": type_name,
        "name_property": name_property,
    }
    return type(type_name.replace("::", ""), (_OurResource, CloudFormationModel), members)


MODELS = [_model(type_name, make, name_property) for type_name, (make, name_property) in TYPES.items()]


def add_resource_types(aws: AwsServer) -> None:
    """Let moto's CloudFormation make our types, in ``aws``."""
    _OurResource.aws = aws
    for cache in (parsing.get_model_list, parsing.get_model_map, parsing.get_name_type_map):
        cache.cache_clear()
