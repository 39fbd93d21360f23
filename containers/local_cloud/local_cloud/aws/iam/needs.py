"""What a request to AWS needs: actions on resources, as the Service Authorization Reference names them."""

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote
from xml.etree import ElementTree

from moto.s3.responses import ACTION_MAP

from local_cloud.aws.iam.arns import arn, object_arn, on_database, on_table
from local_cloud.aws.iam.policies import Need

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Parameters = Mapping[str, Any]
# The resources on which an operation needs the action of its own name.
Resources = Callable[[Parameters], list[str]]

TABLE_OPERATIONS = ("GetTable", "GetTables", "CreateTable", "UpdateTable", "DeleteTable")
OF_A_PARTITION = ("Get", "BatchGet", "Create", "Update", "BatchCreate", "BatchUpdate", "BatchDelete")
PARTITION_OPERATIONS = ("GetPartitions", *(f"{what}Partition" for what in OF_A_PARTITION))


def _queue(parameters: Parameters) -> list[str]:
    return [arn("sqs", parameters["QueueUrl"].rpartition("/")[2])]


def _on(service: str, kind: str, parameter: str) -> Resources:
    return lambda parameters: [arn(service, f"{kind}/{parameters[parameter]}")]


def _by(parameter: str) -> Resources:
    return lambda parameters: [parameters[parameter]]


def _log_stream(parameters: Parameters) -> list[str]:
    stream = parameters.get("logStreamName", "")
    return [arn("logs", f"log-group:{parameters['logGroupName']}:log-stream:{stream}")]


def _table(parameters: Parameters) -> list[str]:
    name = parameters.get("Name") or parameters.get("TableInput", {}).get("Name") or "*"
    return on_table(parameters["DatabaseName"], name)


_workgroup = _on("athena", "workgroup", "WorkGroup")
_job = _on("glue", "job", "JobName")

OPERATIONS: dict[str, dict[str, Resources]] = {
    "athena": dict.fromkeys(
        ("StartQueryExecution", "GetWorkGroup", "GetQueryExecution", "GetQueryResults"), _workgroup
    ),
    "glue": dict.fromkeys(TABLE_OPERATIONS, _table)
    | dict.fromkeys(PARTITION_OPERATIONS, lambda asked: on_table(asked["DatabaseName"], asked["TableName"]))
    | dict.fromkeys(("StartJobRun", "GetJobRun", "GetJobRuns", "BatchStopJobRun"), _job)
    | {"GetDatabase": lambda asked: on_database(asked["Name"])}
    | dict.fromkeys(("StartCrawler", "GetCrawler"), _on("glue", "crawler", "Name")),
    "lambda": {"InvokeFunction": _by("FunctionArn")},
    "logs": dict.fromkeys(("CreateLogGroup", "CreateLogStream", "PutLogEvents"), _log_stream),
    "secretsmanager": {"GetSecretValue": _by("SecretId")},
    "sns": {"Publish": _by("TopicArn")},
    "sqs": dict.fromkeys(("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage"), _queue),
    # Whoever has a key may ask whose it is.
    "sts": {"GetCallerIdentity": lambda _asked: []},
    "states": {"StartExecution": _by("stateMachineArn"), "DescribeExecution": _by("executionArn")},
}


def needs_of(service: str, request: "Request", workgroup_of: Callable[[str], str]) -> list[Need]:
    """All that a request needs; NotImplementedError for one that nobody has described here.

    ``service`` is what the signature names; ``workgroup_of`` says in which workgroup a query of Athena's runs.
    """
    if service == "s3":
        return _needs_of_s3(request)
    operation, parameters = _called(service, request)
    if "QueryExecutionId" in parameters:
        parameters = {**parameters, "WorkGroup": workgroup_of(parameters["QueryExecutionId"])}
    resources = OPERATIONS.get(service, {}).get(operation)
    if resources is None:
        raise NotImplementedError(f"the local cloud does not know what {service} {operation} needs: add it to needs.py")
    return [Need(f"{service}:{operation}", resource) for resource in resources(parameters)]


def _called(service: str, request: "Request") -> tuple[str, Parameters]:
    """Operation and parameters: in a header and JSON, in a form, or (Lambda) in the path."""
    if target := request.headers.get("X-Amz-Target"):
        return target.rpartition(".")[2], json.loads(request.get_data() or b"{}")
    if service == "lambda" and request.path.endswith("/invocations"):
        name = unquote(request.path.split("/")[3])
        return "InvokeFunction", {"FunctionArn": name if name.startswith("arn:") else arn(service, f"function:{name}")}
    # Read by hand: werkzeug's form would take the body away from moto.
    form = dict(pair.split("=", 1) for pair in request.get_data(as_text=True).split("&") if "=" in pair)
    return form.get("Action", f"{request.method} {request.path}"), {name: unquote(it) for name, it in form.items()}


def bucket_and_key(request: "Request") -> tuple[str, str]:
    """Bucket and key that a request to S3 is about: its path, as our clients are told to write it."""
    bucket, _slash, key = unquote(request.path).lstrip("/").partition("/")
    return bucket, key


def _needs_of_s3(request: "Request") -> list[Need]:
    bucket, key = bucket_and_key(request)
    if request.method == "POST" and not key and "delete" in request.args:
        named = ElementTree.fromstring(request.get_data()).iterfind("{*}Object/{*}Key")  # noqa: S314 - a client of ours.
        # One of a version among them, and all count so.
        deletion = "s3:DeleteObjectVersion" if b"<VersionId>" in request.get_data() else "s3:DeleteObject"
        return [Need(deletion, object_arn(bucket, str(each.text))) for each in named]
    actions = ACTION_MAP["KEY" if key else "BUCKET"].get(request.method, {})
    action = next((actions[name] for name in actions if name in request.args), actions.get("DEFAULT"))
    if action is None:
        raise NotImplementedError(f"the local cloud does not know what S3's {request.method} {request.url} needs")
    if not key:
        context = {"s3:prefix": request.args["prefix"]} if "prefix" in request.args else {}
        # Looking whether a bucket is there is listing it.
        return [Need(f"s3:{action.replace('HeadBucket', 'ListBucket')}", f"arn:aws:s3:::{bucket}", context)]
    needs = [Need(f"s3:{action}", object_arn(bucket, key))]
    if source := request.headers.get("X-Amz-Copy-Source"):
        name, _question, version = source.lstrip("/").partition("?")
        needs.insert(0, Need("s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{unquote(name)}"))
    if "If-Match" in request.headers and request.method in ("PUT", "DELETE"):
        # A write with a condition reads what it is about.
        needs.append(Need("s3:GetObject", object_arn(bucket, key)))
    return needs
