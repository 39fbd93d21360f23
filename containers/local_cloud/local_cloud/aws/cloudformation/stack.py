"""Deploy the SAM template as ``top50 deploy`` does: package what it names, translate it, make or update the stack."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

import job_wheels
from local_cloud.aws.cloudformation.checks import DeploymentError, check_inputs, check_template
from local_cloud.aws.cloudformation.models import add_resource_types
from local_cloud.aws.cloudformation.package import package
from local_cloud.aws.endpoint import REGION
from local_cloud.aws.server import AwsServer

# The translator counts what it does for SAM's own service, and warns that nobody collects it.
logging.getLogger("samtranslator.metrics.metrics").setLevel(logging.ERROR)

__all__ = ["DeploymentError", "Outputs", "Stack", "deploy"]


class Outputs(dict[str, str]):
    """A stack's outputs by their names."""

    def __missing__(self, name: str) -> str:
        raise DeploymentError(f"the template has no output {name}, which the local cloud needs: give it one")


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs, and where the code of each image lies."""

    outputs: Outputs
    images: Mapping[str, Path]


def deploy(aws: AwsServer, template: Path, name: str, parameters: Mapping[str, str]) -> Stack:
    """Create the stack, or update it when there is one of that name.

    Its code is taken from the folders and files that the template names. Raises DeploymentError for whatever in the
    template or the parameters cannot be deployed; nothing is rolled back then. A parameter that is not given has its
    default, in an update too.
    """
    code = job_wheels.build(template.parents[1] / "glue_jobs", for_this_machine=True)
    key = job_wheels.key_of(code)
    sam = yaml_parse(job_wheels.with_key(template.read_text(), key))
    check_inputs(sam, name, parameters)
    images = package(aws, sam, template.parent)
    plain = _translated(sam)
    check_template(plain)
    add_resource_types(aws)
    cloudformation = aws.client("cloudformation")
    values = {key: str(parameters.get(key, rule.get("Default"))) for key, rule in sam.get("Parameters", {}).items()}
    wanted = {
        "StackName": name,
        "TemplateBody": json.dumps(plain),
        "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()],
    }
    exists = name in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}
    try:
        (cloudformation.update_stack if exists else cloudformation.create_stack)(**wanted)
    except ClientError as error:
        raise DeploymentError(f"stack {name}: {error.response['Error']['Message']}") from error
    told = cloudformation.describe_stacks(StackName=name)["Stacks"][0].get("Outputs", [])
    outputs = Outputs({output["OutputKey"]: output["OutputValue"] for output in told})
    aws.client("s3").put_object(Bucket=outputs["DataBucket"], Key=key, Body=code)
    return Stack(outputs, images)


def _translated(sam: dict[str, Any]) -> dict[str, Any]:
    """The plain CloudFormation that SAM makes of the template."""
    ArnGenerator.BOTO_SESSION_REGION_NAME = REGION
    try:
        # What is asked for the ARNs of managed policies: the roles are the template's own, and have none.
        managed_policies = SimpleNamespace(load=dict)
        plain: dict[str, Any] = transform(sam, {"AWS::Region": REGION}, managed_policies)
    except InvalidDocumentException as error:
        raise DeploymentError("\n".join(cause.message for cause in error.causes)) from error
    return plain
