"""The state machine and the Glue job."""

import re

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import AwsEndpoint

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def make_state_machine(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """moto's own CloudFormation leaves the substitutions out."""
    arn = aws.client("stepfunctions").create_state_machine(
        name=name, definition=_definition(properties), roleArn=properties["RoleArn"]
    )["stateMachineArn"]
    return Made(arn, {"Arn": arn, "Name": name})


def change_state_machine(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """A new definition; executions that run keep theirs."""
    aws.client("stepfunctions").update_state_machine(
        stateMachineArn=made.ref, definition=_definition(properties), roleArn=properties["RoleArn"]
    )


def _definition(properties: Properties) -> str:
    given = properties.get("DefinitionSubstitutions", {})
    wanted = set(SUBSTITUTION.findall(properties["DefinitionString"]))
    if wanted != given.keys():
        without = ", ".join(sorted(wanted - given.keys())) or "none"
        unused = ", ".join(sorted(given.keys() - wanted)) or "none"
        raise ValueError(
            f"DefinitionSubstitutions and the definition do not agree: names without a value: {without}; "
            f"values that nothing uses: {unused}"
        )
    return SUBSTITUTION.sub(lambda found: str(given[found[1]]), properties["DefinitionString"])


def delete_state_machine(aws: AwsEndpoint, made: Made) -> None:
    """With its executions."""
    aws.client("stepfunctions").delete_state_machine(stateMachineArn=made.ref)


def make_job(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A Glue job's definition; glue/jobs.py runs it."""
    aws.client("glue").create_job(**properties | {"Name": name})
    return Made(name)


def delete_job(aws: AwsEndpoint, made: Made) -> None:
    """Runs that are on go on."""
    aws.client("glue").delete_job(JobName=made.ref)


KINDS = {
    "AWS::StepFunctions::StateMachine": Kind(
        make_state_machine,
        delete_state_machine,
        change=change_state_machine,
        named_by="StateMachineName",
        real=names("StateMachineName DefinitionString DefinitionSubstitutions"),
        recorded=names("LoggingConfiguration RoleArn Tags"),
    ),
    "AWS::Glue::Job": Kind(
        make_job,
        delete_job,
        named_by="Name",
        real=names("Name Command.ScriptLocation DefaultArguments ExecutionProperty Timeout"),
        recorded=names(
            "Command.Name Command.PythonVersion Description GlueVersion MaxRetries NumberOfWorkers Role WorkerType"
        ),
    ),
}
