"""The deployed stack, on AWS or in a local cloud: its outputs, clients where it is, its functions."""

import builtins
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Self

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from top50.errors import FailedError, StackError
from top50.sam import saved_parameters

DEFAULT_NAME = "spotify-top50"
# A function ends at its own timeout, ten minutes at most; a second invocation would not help it.
PATIENT = Config(read_timeout=630, retries={"total_max_attempts": 1})
# What Scheduler puts the moment in place of.
SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


@dataclass(frozen=True)
class Stack:
    """A stack of ``deploy/template.yaml``; ``outputs`` are the template's, by name.

    ``client`` makes a client for a service by its name; ``place`` says where that is, for people. ``folder`` holds what
    is in the data bucket of a local lake.
    """

    name: str
    place: str
    outputs: Mapping[str, str]
    client: Callable[..., Any]
    folder: Path | None = None

    @classmethod
    def find(cls, name: str) -> Self:
        """Look a stack on AWS up; StackError when it is not there or was never finished."""
        session = session_for(name)
        if session.region_name is None:
            raise StackError(
                f"this command works on a stack on AWS, here {name}, and no region is set. Set AWS_REGION (such as "
                "eu-central-1), and AWS_PROFILE unless the default profile is the stack's"
            )
        place = place_of(session)
        try:
            found = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            # CloudFormation has no error of its own for a stack that is not there.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise StackError(
                f"there is no stack {name} in {place}. To create it: top50 deploy --stack {name}. If it is elsewhere, "
                "set AWS_REGION and AWS_PROFILE"
            ) from None
        outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
        if not outputs:
            raise StackError(
                f"stack {name} in {place} is {found['StackStatus']} and has no outputs. See its events in the "
                f"CloudFormation console, then run: top50 deploy --stack {name}"
            )
        return cls(name, f"stack {name} in {place}", outputs, cache(session.client))

    def output(self, name: str) -> str:
        """The value of an output of the template."""
        if name not in self.outputs:
            raise StackError(
                f"stack {self.name} has no output {name}: it was made by another template, or an older version of "
                f"this one. To update it: top50 deploy --stack {self.name}"
            )
        return self.outputs[name]

    def in_words(self, told: str) -> str:
        """What a service told, with the files of a local lake as they lie on the disk: no bucket is left."""
        return told.replace(f"s3://{self.output('DataBucket')}/", f"{self.folder}/") if self.folder else told

    def objects(self, prefix: str) -> Iterator[dict[str, Any]]:
        """What the data bucket holds below a prefix, as S3 lists it."""
        pages = self.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self.output("DataBucket"), Prefix=prefix):
            yield from page.get("Contents", [])

    def resources(self, resource_type: str) -> Iterator[str]:
        """The names of the stack's resources of a type."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == resource_type and "PhysicalResourceId" in resource:
                    yield resource["PhysicalResourceId"]

    def invoke(self, output: str, event: Mapping[str, Any]) -> Any:
        """Invoke the function that an output names; FailedError with what its handler raised."""
        return self._invoke(self.output(output), event)

    def fire_schedule(self, moment: datetime) -> Any:
        """Invoke what the schedule invokes, with what it sends at this moment, and wait for the answer."""
        target = self.client("scheduler").get_schedule(Name=self.output("Schedule"))["Target"]
        event = target["Input"].replace(SCHEDULED_TIME, f"{moment:%Y-%m-%dT%H:%M:%SZ}")
        return self._invoke(target["Arn"], json.loads(event))

    def _invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        client = self.client("lambda", config=PATIENT)
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            # A message of Python's own says too little without its type: KeyError's is a key.
            kind, told = payload.get("errorType", ""), str(payload.get("errorMessage", payload))
            raise FailedError(self.in_words(f"{kind}: {told}" if hasattr(builtins, kind) else told))
        return payload


def session_for(name: str) -> Any:
    """The account and region of a stack: what was answered at its deployment, else what the environment says.

    With AWS_ENDPOINT_URL only the environment counts: the answers are about AWS, and not about what is served there.
    """
    saved = {} if os.environ.get("AWS_ENDPOINT_URL") else saved_parameters(name)
    # boto3 reads AWS_DEFAULT_REGION only; AWS's other tools prefer AWS_REGION.
    region = saved.get("region") or os.environ.get("AWS_REGION") or None
    return boto3.Session(region_name=region, profile_name=saved.get("profile") or None)


def place_of(session: Any) -> str:
    """Where a session's clients work: the region, and the address of a cloud that is not AWS."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return f"{session.region_name}, {endpoint}" if endpoint else str(session.region_name)
