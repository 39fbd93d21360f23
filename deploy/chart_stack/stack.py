"""The deployed stack: its outputs, and clients in its account and region."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import boto3
from botocore.exceptions import ClientError

from chart_stack.errors import StackError


@dataclass(frozen=True)
class Stack:
    """A stack of ``deploy/template.yaml``; ``outputs`` are the template's, by name."""

    name: str
    session: boto3.Session
    outputs: Mapping[str, str]

    @classmethod
    def find(cls, name: str, session: boto3.Session) -> Self:
        """Look the stack up; StackError when it is not there or was never finished."""
        where = f"in {session.region_name}"
        try:
            found = session.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        except ClientError as error:
            # CloudFormation has no error of its own for a stack that is not there.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            raise StackError(
                f"there is no stack {name} {where}: `make deploy STACK={name}` makes it; "
                "if it is elsewhere, name the place by AWS_REGION and AWS_PROFILE"
            ) from None
        outputs = {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
        if not outputs:
            raise StackError(
                f"stack {name} {where} is {found['StackStatus']} and has no outputs: see its events in the "
                f"CloudFormation console, then `make deploy STACK={name}` again"
            )
        return cls(name, session, outputs)

    def output(self, name: str) -> str:
        """What the template's output of this name says."""
        if name not in self.outputs:
            raise StackError(
                f"stack {self.name} has no output {name}: it is of another template, or of an older version of this "
                f"one; `make deploy STACK={self.name}` updates it"
            )
        return self.outputs[name]

    def client(self, service: str, **settings: Any) -> Any:
        """A client of one of AWS's services, where the stack is."""
        make_client: Any = self.session.client  # Its type is a list of all of AWS.
        return make_client(service, **settings)

    def resources(self, resource_type: str) -> Iterator[str]:
        """The names of the stack's resources of a type."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.name)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == resource_type and "PhysicalResourceId" in resource:
                    yield resource["PhysicalResourceId"]
