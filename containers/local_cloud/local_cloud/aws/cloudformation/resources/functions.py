"""Functions, and what invokes them."""

from typing import Any

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import AwsEndpoint

CONFIGURATION = ("Description", "MemorySize", "Role", "Timeout")


def make_function(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """moto's own CloudFormation leaves the package type out. awslambda/ runs it."""
    made = aws.client("lambda").create_function(
        FunctionName=name,
        Code=properties["Code"],
        PackageType=properties["PackageType"],
        Architectures=properties.get("Architectures", ["x86_64"]),
        **_configuration(properties),
    )
    return Made(name, {"Arn": made["FunctionArn"]})


def change_function(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """New settings and a new image."""
    client = aws.client("lambda")
    client.update_function_configuration(FunctionName=made.ref, **_configuration(properties))
    client.update_function_code(FunctionName=made.ref, **properties["Code"])


def _configuration(properties: Properties) -> dict[str, Any]:
    # A stack's parameters may be numbers, a process's environment is text.
    variables = {name: str(value) for name, value in properties.get("Environment", {}).get("Variables", {}).items()}
    settings = {name: properties[name] for name in CONFIGURATION if name in properties}
    return settings | {"Environment": {"Variables": variables}}


def delete_function(aws: AwsEndpoint, made: Made) -> None:
    """The function and its settings."""
    aws.client("lambda").delete_function(FunctionName=made.ref)


def make_event_source_mapping(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """moto keeps the mapping, awslambda/event_sources.py acts on it."""
    numbers = ("BatchSize", "MaximumBatchingWindowInSeconds")
    # Parameters of a stack are text, also where a number is wanted.
    settings = {key: int(value) if key in numbers else value for key, value in properties.items()}
    made = aws.client("lambda").create_event_source_mapping(**settings)
    return Made(made["UUID"], {"Id": made["UUID"]})


def delete_event_source_mapping(aws: AwsEndpoint, made: Made) -> None:
    """A poller that runs goes on until its context ends."""
    aws.client("lambda").delete_event_source_mapping(UUID=made.ref)


def make_event_invoke_config(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """What becomes of asynchronous invocations; awslambda/async_invocations.py acts on it."""
    settings = {key: value for key, value in properties.items() if key != "Qualifier"}
    aws.client("lambda").put_function_event_invoke_config(**settings)
    return Made(properties["FunctionName"])


def delete_event_invoke_config(aws: AwsEndpoint, made: Made) -> None:
    """Back to Lambda's defaults."""
    aws.client("lambda").delete_function_event_invoke_config(FunctionName=made.ref)


def make_schedule(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A schedule; no clock fires it here, see LocalCloud.fire_schedule."""
    made = aws.client("scheduler").create_schedule(**properties | {"Name": name})
    return Made(name, {"Arn": made["ScheduleArn"]})


def delete_schedule(aws: AwsEndpoint, made: Made) -> None:
    """The schedule alone; its role is a resource of its own."""
    aws.client("scheduler").delete_schedule(Name=made.ref)


KINDS = {
    "AWS::Lambda::Function": Kind(
        make_function,
        delete_function,
        change=change_function,
        named_by="FunctionName",
        real=names("FunctionName PackageType Code Environment Timeout"),
        recorded=names("Architectures Description LoggingConfig MemorySize Role Tags"),
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        make_event_source_mapping,
        delete_event_source_mapping,
        real=names("FunctionName EventSourceArn BatchSize MaximumBatchingWindowInSeconds FunctionResponseTypes"),
        recorded=names("ScalingConfig"),
    ),
    "AWS::Lambda::EventInvokeConfig": Kind(
        make_event_invoke_config,
        delete_event_invoke_config,
        real=names("FunctionName DestinationConfig MaximumRetryAttempts"),
        recorded=names("MaximumEventAgeInSeconds Qualifier"),
    ),
    "AWS::Scheduler::Schedule": Kind(
        make_schedule,
        delete_schedule,
        named_by="Name",
        real=names("Name Target.Arn Target.Input"),
        recorded=names(
            "Description FlexibleTimeWindow ScheduleExpression ScheduleExpressionTimezone "
            "Target.DeadLetterConfig Target.RetryPolicy Target.RoleArn"
        ),
    ),
}
