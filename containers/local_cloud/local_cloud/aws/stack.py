"""Deploy the SAM template as ``sam deploy`` would: package what it names, translate it, create the stack."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.cloudformation.parsing import get_model_map
from samtranslator.translator.arn_generator import ArnGenerator
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

from local_cloud.aws.resources import add_resource_types
from local_cloud.aws.server import REGION, AwsServer

ARTIFACTS = "local-deployment-artifacts"
# The managed policies that SAM adds to functions by itself.
MANAGED_POLICIES = {
    name: f"arn:aws:iam::aws:policy/service-role/{name}"
    for name in ("AWSLambdaBasicExecutionRole", "AWSLambdaSQSQueueExecutionRole")
}


class DeploymentError(Exception):
    """The template cannot be deployed here; the message names the resource or the type."""


@dataclass(frozen=True)
class Stack:
    """A deployed stack: its outputs, and where the code of each image lies."""

    name: str
    outputs: Mapping[str, str]
    images: Mapping[str, Path]


class _ManagedPolicies:
    """What SAM's translator asks for the ARNs of managed policies."""

    def load(self) -> dict[str, str]:
        return MANAGED_POLICIES


def deploy(aws: AwsServer, template: Path, name: str, parameters: Mapping[str, str]) -> Stack:
    """Create the stack; its code is taken from the folders and files that the template names."""
    add_resource_types(aws)
    sam = yaml_parse(template.read_text())
    images = _package(aws, sam, template.parent)
    ArnGenerator.BOTO_SESSION_REGION_NAME = REGION
    plain = transform(sam, {"AWS::Region": REGION}, _ManagedPolicies())
    unknown = {item["Type"] for item in plain["Resources"].values()} - set(get_model_map())
    if unknown:
        raise DeploymentError(f"{template}: no support for {', '.join(sorted(unknown))}: add it to aws/resources.py")
    return Stack(name, _create(aws, name, plain, parameters), images)


def _package(aws: AwsServer, sam: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Do what ``sam build`` and ``sam package`` do: images get a URI, the script and the definition get in."""
    aws.client("s3").create_bucket(Bucket=ARTIFACTS)
    images = {}
    for logical_id, resource in sam["Resources"].items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                context = folder / resource["Metadata"]["DockerContext"]
                properties["ImageUri"] = f"{context.resolve().name}:local"
                images[properties["ImageUri"]] = context.resolve()
            case "AWS::Serverless::StateMachine":
                properties["Definition"] = json.loads((folder / properties.pop("DefinitionUri")).read_text())
            case "AWS::Glue::Job":
                script = folder / properties["Command"]["ScriptLocation"]
                if not script.is_file():
                    raise DeploymentError(f"{logical_id}: there is no script {script}")
                # Under a hash and without its ending, as sam does it.
                key = hashlib.sha256(script.read_bytes()).hexdigest()[:32]
                aws.client("s3").put_object(Bucket=ARTIFACTS, Key=key, Body=script.read_bytes())
                properties["Command"]["ScriptLocation"] = f"s3://{ARTIFACTS}/{key}"
    return images


def _create(aws: AwsServer, name: str, template: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, str]:
    cloudformation = aws.client("cloudformation")
    cloudformation.create_stack(
        StackName=name,
        TemplateBody=json.dumps(template),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        Capabilities=["CAPABILITY_IAM"],
    )
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise DeploymentError(f"stack {name}: {stack['StackStatus']}: {stack.get('StackStatusReason')}")
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
