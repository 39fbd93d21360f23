"""What a call to AWS needs, and what a role's policies grant: as much of IAM as the template uses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Need:
    """What IAM asks of one call: an action on a resource, and what conditions may look at."""

    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)


def _object(parameters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    return f"arn:aws:s3:::{parameters['Bucket']}/{parameters['Key']}", {}


def _copy_source(parameters: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    return _object(parameters["CopySource"])


def _bucket(parameters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    context = {"s3:prefix": parameters["Prefix"]} if "Prefix" in parameters else {}
    return f"arn:aws:s3:::{parameters['Bucket']}", context


def _named(parameter: str):
    return lambda parameters: (parameters[parameter], {})


def _workgroup(parameters: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    return f"arn:aws:athena:us-east-1:123456789012:workgroup/{parameters['WorkGroup']}", {}


# The Service Authorization Reference says of each operation which actions it needs, and on what.
OPERATIONS = {
    ("athena", "GetQueryExecution"): [("athena:GetQueryExecution", _workgroup)],
    ("athena", "GetQueryResults"): [("athena:GetQueryResults", _workgroup)],
    ("athena", "GetWorkGroup"): [("athena:GetWorkGroup", _workgroup)],
    ("athena", "StartQueryExecution"): [("athena:StartQueryExecution", _workgroup)],
    # A part of an object is put like the whole; giving the upload up is a right of its own.
    ("s3", "AbortMultipartUpload"): [("s3:AbortMultipartUpload", _object)],
    ("s3", "CopyObject"): [("s3:GetObject", _copy_source), ("s3:PutObject", _object)],
    ("s3", "CreateMultipartUpload"): [("s3:PutObject", _object)],
    # A deletion with a condition reads what it is about.
    ("s3", "DeleteObject"): [("s3:DeleteObject", _object), ("s3:GetObject", _object)],
    ("s3", "GetObject"): [("s3:GetObject", _object)],
    ("s3", "HeadObject"): [("s3:GetObject", _object)],
    ("s3", "ListObjectsV2"): [("s3:ListBucket", _bucket)],
    ("s3", "PutObject"): [("s3:PutObject", _object)],
    ("secretsmanager", "GetSecretValue"): [("secretsmanager:GetSecretValue", _named("SecretId"))],
    ("stepfunctions", "DescribeExecution"): [("states:DescribeExecution", _named("executionArn"))],
    ("stepfunctions", "StartExecution"): [("states:StartExecution", _named("stateMachineArn"))],
}


def needs_of(call: Mapping[str, Any], workgroups: Mapping[str, str]) -> list[Need]:
    """All that a recorded call needs; ``workgroups`` says in which one each Athena query ran."""
    parameters = dict(call["parameters"])
    if "QueryExecutionId" in parameters:
        parameters["WorkGroup"] = workgroups[parameters["QueryExecutionId"]]
    operation = (call["service"], call["operation"])
    if operation not in OPERATIONS:
        raise LookupError(f"{' '.join(operation)}: say in OPERATIONS which action it needs, and on what")
    return [Need(action, *resource_of(parameters)) for action, resource_of in OPERATIONS[operation]]


@dataclass(frozen=True)
class Grant:
    """One action on one resource that a statement allows, under its conditions."""

    action: str
    resource: str
    conditions: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def allows(self, need: Need) -> bool:
        """Whether it is enough for a call. Actions have no case; ``*`` and ``?`` stand for what they do in IAM."""
        return (
            fnmatchcase(need.action.lower(), _plain(self.action.lower()))
            and fnmatchcase(need.resource, _plain(self.resource))
            and all(
                key in need.context and any(fnmatchcase(need.context[key], _plain(it)) for it in _list(values))
                for tested in self.conditions.values()
                for key, values in tested.items()
            )
        )


def _plain(pattern: str) -> str:
    """A pattern of IAM's as one of fnmatch's, which gives brackets a meaning."""
    return pattern.replace("[", "[[]")


def grants(policy: Mapping[str, Any]) -> Iterator[Grant]:
    """What a policy document allows, one by one; a document that needs more of IAM than this is an error."""
    for statement in _list(policy["Statement"]):
        conditions = statement.get("Condition", {})
        unknown = set(statement) - {"Sid", "Effect", "Action", "Resource", "Condition"}
        if unknown or statement["Effect"] != "Allow" or set(conditions) - {"StringEquals", "StringLike"}:
            raise NotImplementedError(f"IAM statement {statement}")
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                yield Grant(action, resource, conditions)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
