"""What runs code: functions and what invokes them, the state machine and the Glue job."""

import re
from typing import Any

from local_cloud.aws.cloudformation.resources import rights
from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.iam import GLUE, LAMBDA

CONFIGURATION = ("Description", "MemorySize", "Role", "Timeout")
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def _make_function(client: Any, name: str, given: Properties) -> Made:
    # moto's own CloudFormation leaves the package type out.
    code = {key: given[key] for key in ("Code", "PackageType", "Architectures") if key in given}
    return Made(
        name, {"Arn": client.create_function(FunctionName=name, **code, **_configuration(given))["FunctionArn"]}
    )


def _change_function(client: Any, name: str, given: Properties) -> None:
    client.update_function_configuration(FunctionName=name, **_configuration(given))
    client.update_function_code(FunctionName=name, **given["Code"])


def _configuration(given: Properties) -> dict[str, Any]:
    # A stack's parameters may be numbers, a process's environment is text.
    variables = {name: str(value) for name, value in given.get("Environment", {}).get("Variables", {}).items()}
    settings = {name: given[name] for name in CONFIGURATION if name in given}
    return settings | {"Environment": {"Variables": variables}}


def _make_event_source_mapping(client: Any, _name: str, given: Properties) -> Made:
    # Parameters of a stack are text, also where a number is wanted.
    numbers = ("BatchSize", "MaximumBatchingWindowInSeconds")
    settings = {key: int(value) if key in numbers else value for key, value in given.items()}
    return Made(client.create_event_source_mapping(**settings)["UUID"])


def _make_event_invoke_config(client: Any, _name: str, given: Properties) -> Made:
    settings = {key: value for key, value in given.items() if key != "Qualifier"}
    client.put_function_event_invoke_config(**settings)
    return Made(given["FunctionName"])


def _make_state_machine(client: Any, name: str, given: Properties) -> Made:
    arn = client.create_state_machine(name=name, **_definition(given))["stateMachineArn"]
    return Made(arn, {"Arn": arn, "Name": name})


def _definition(given: Properties) -> dict[str, str]:
    """The state machine with its substitutions made, which moto's own CloudFormation leaves out."""
    values = given.get("DefinitionSubstitutions", {})
    wanted = set(SUBSTITUTION.findall(given["DefinitionString"]))
    if wanted != values.keys():
        without = ", ".join(sorted(wanted - values.keys())) or "none"
        unused = ", ".join(sorted(values.keys() - wanted)) or "none"
        raise ValueError(
            f"DefinitionSubstitutions and the definition do not agree: names without a value: {without}; "
            f"values that nothing uses: {unused}"
        )
    definition = SUBSTITUTION.sub(lambda found: str(values[found[1]]), given["DefinitionString"])
    return {"definition": definition, "roleArn": given["RoleArn"]}


KINDS = {
    "AWS::Lambda::Function": Kind(
        service="lambda",
        make=_make_function,
        check_rights=lambda aws, given: aws.roles.assume(given["Role"], LAMBDA),
        change=_change_function,
        delete=lambda client, name, _given: client.delete_function(FunctionName=name),
        named_by="FunctionName",
        real=names("FunctionName PackageType Code Environment Role Timeout"),
        recorded=names("Architectures Description LoggingConfig MemorySize Tags"),
    ),
    "AWS::Lambda::EventSourceMapping": Kind(
        service="lambda",
        make=_make_event_source_mapping,
        check_rights=rights.of_mapping,
        # A poller that runs goes on until its context ends.
        delete=lambda client, uuid, _given: client.delete_event_source_mapping(UUID=uuid),
        real=names("FunctionName EventSourceArn BatchSize MaximumBatchingWindowInSeconds FunctionResponseTypes"),
        recorded=names("ScalingConfig"),
    ),
    "AWS::Lambda::EventInvokeConfig": Kind(
        service="lambda",
        make=_make_event_invoke_config,
        check_rights=rights.of_destination,
        delete=lambda client, function, _given: client.delete_function_event_invoke_config(FunctionName=function),
        real=names("FunctionName DestinationConfig MaximumRetryAttempts"),
        recorded=names("MaximumEventAgeInSeconds Qualifier"),
    ),
    "AWS::Scheduler::Schedule": Kind(
        service="scheduler",
        make=lambda scheduler, name, given: scheduler.create_schedule(**given | {"Name": name}),
        check_rights=rights.of_schedule,
        delete=lambda scheduler, name, _given: scheduler.delete_schedule(Name=name),
        named_by="Name",
        real=names("Name Target.Arn Target.DeadLetterConfig Target.Input Target.RoleArn"),
        recorded=names(
            "Description FlexibleTimeWindow ScheduleExpression ScheduleExpressionTimezone Target.RetryPolicy"
        ),
    ),
    "AWS::StepFunctions::StateMachine": Kind(
        service="stepfunctions",
        make=_make_state_machine,
        check_rights=rights.of_logging,
        # Executions that run keep their definition.
        change=lambda client, arn, given: client.update_state_machine(stateMachineArn=arn, **_definition(given)),
        delete=lambda client, arn, _given: client.delete_state_machine(stateMachineArn=arn),
        named_by="StateMachineName",
        real=names("StateMachineName DefinitionString DefinitionSubstitutions RoleArn"),
        recorded=names("LoggingConfiguration Tags"),
    ),
    "AWS::Glue::Job": Kind(
        service="glue",
        make=lambda glue, name, given: glue.create_job(**given | {"Name": name}),
        check_rights=lambda aws, given: aws.roles.assume(given["Role"], GLUE),
        # Runs that are on go on.
        delete=lambda glue, name, _given: glue.delete_job(JobName=name),
        named_by="Name",
        real=names("Name Command.ScriptLocation DefaultArguments ExecutionProperty Role Timeout"),
        recorded=names(
            "Command.Name Command.PythonVersion Description GlueVersion MaxRetries NumberOfWorkers WorkerType"
        ),
    ),
}
