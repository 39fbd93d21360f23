"""Do what ``sam build`` and ``sam package`` do: images get a URI, the job's script and the definition get in."""

import hashlib
import json
from pathlib import Path
from typing import Any

from local_cloud.aws.cloudformation.checks import DeploymentError
from local_cloud.aws.endpoint import AwsEndpoint

# Named as SAM names its own.
ARTIFACTS = "aws-sam-cli-managed-default-samclisourcebucket-local"


def package(aws: AwsEndpoint, sam: dict[str, Any], folder: Path) -> dict[str, Path]:
    """Change the template in place, whose files lie beside ``folder``; returns each image's URI and build context."""
    aws.client("s3").create_bucket(Bucket=ARTIFACTS)
    images = {}
    for logical_id, resource in sam["Resources"].items():
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                context = _build_context(logical_id, resource, folder)
                properties["ImageUri"] = f"{context.name}:local"
                images[properties["ImageUri"]] = context
            case "AWS::Serverless::StateMachine":
                definition = _file(logical_id, "definition", folder / properties.pop("DefinitionUri", ""))
                properties["Definition"] = json.loads(definition.read_text())
            case "AWS::Glue::Job":
                location = properties.get("Command", {}).get("ScriptLocation", "")
                script = _file(logical_id, "script", folder / location)
                properties["Command"]["ScriptLocation"] = _upload(aws, script)
    return images


def _build_context(logical_id: str, resource: dict[str, Any], folder: Path) -> Path:
    metadata = resource.get("Metadata", {})
    context: Path = (folder / metadata.get("DockerContext", "")).resolve()
    _file(logical_id, "Dockerfile", context / metadata.get("Dockerfile", ""))
    return context


def _file(logical_id: str, what: str, path: Path) -> Path:
    if not path.is_file():
        raise DeploymentError(f"{logical_id}: there is no {what} {path}: correct the template")
    return path


def _upload(aws: AwsEndpoint, script: Path) -> str:
    # Under a hash and without its ending, as sam does it.
    key = hashlib.sha256(script.read_bytes()).hexdigest()[:32]
    aws.client("s3").put_object(Bucket=ARTIFACTS, Key=key, Body=script.read_bytes())
    return f"s3://{ARTIFACTS}/{key}"
