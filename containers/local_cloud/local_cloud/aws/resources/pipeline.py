"""The state machine, the Glue job, the crawler and the catalog, Athena's workgroup."""

import re

from local_cloud.aws.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.server import AwsServer

SUBSTITUTION = re.compile(r"\$\{(\w+)\}")


def make_state_machine(aws: AwsServer, name: str, properties: Properties) -> Made:
    """moto's own CloudFormation leaves the substitutions out."""
    arn = aws.client("stepfunctions").create_state_machine(
        name=name, definition=_definition(properties), roleArn=properties["RoleArn"]
    )["stateMachineArn"]
    return Made(arn, {"Arn": arn, "Name": name})


def change_state_machine(aws: AwsServer, made: Made, properties: Properties) -> None:
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


def delete_state_machine(aws: AwsServer, made: Made) -> None:
    """With its executions."""
    aws.client("stepfunctions").delete_state_machine(stateMachineArn=made.ref)


def make_job(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A Glue job's definition; glue_jobs.py runs it."""
    aws.client("glue").create_job(**properties | {"Name": name})
    return Made(name)


def delete_job(aws: AwsServer, made: Made) -> None:
    """Runs that are on go on."""
    aws.client("glue").delete_job(JobName=made.ref)


def make_database(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A database of the Glue catalog."""
    aws.client("glue").create_database(DatabaseInput={"Name": name, **properties["DatabaseInput"]})
    return Made(name)


def change_database(aws: AwsServer, made: Made, properties: Properties) -> None:
    """Its tables stay."""
    aws.client("glue").update_database(Name=made.ref, DatabaseInput=properties["DatabaseInput"])


def delete_database(aws: AwsServer, made: Made) -> None:
    """With its tables; the data stays on S3."""
    aws.client("glue").delete_database(Name=made.ref)


def make_crawler(aws: AwsServer, name: str, properties: Properties) -> Made:
    """A crawler's definition; glue_crawler.py crawls."""
    aws.client("glue").create_crawler(**properties | {"Name": name})
    return Made(name)


def delete_crawler(aws: AwsServer, made: Made) -> None:
    """The tables that it has made stay."""
    aws.client("glue").delete_crawler(Name=made.ref)


def make_workgroup(aws: AwsServer, name: str, properties: Properties) -> Made:
    """An Athena workgroup; athena/ runs its queries."""
    configuration = dict(properties["WorkGroupConfiguration"])
    if "BytesScannedCutoffPerQuery" in configuration:
        configuration["BytesScannedCutoffPerQuery"] = int(configuration["BytesScannedCutoffPerQuery"])
    aws.client("athena").create_work_group(
        Name=name, Description=properties.get("Description", ""), Configuration=configuration
    )
    return Made(name)


def delete_workgroup(aws: AwsServer, made: Made) -> None:
    """With the record of its queries."""
    aws.client("athena").delete_work_group(WorkGroup=made.ref, RecursiveDeleteOption=True)


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
    "AWS::Glue::Database": Kind(
        make_database,
        delete_database,
        change=change_database,
        named_by="DatabaseInput.Name",
        real=names("DatabaseInput"),
        recorded=names("CatalogId"),
    ),
    "AWS::Glue::Crawler": Kind(
        make_crawler,
        delete_crawler,
        named_by="Name",
        real=names("Name DatabaseName Targets RecrawlPolicy SchemaChangePolicy Configuration"),
        recorded=names("Role"),
    ),
    "AWS::Athena::WorkGroup": Kind(
        make_workgroup,
        delete_workgroup,
        named_by="Name",
        real=names(
            "Name WorkGroupConfiguration.EnforceWorkGroupConfiguration "
            "WorkGroupConfiguration.BytesScannedCutoffPerQuery "
            "WorkGroupConfiguration.ResultConfiguration.OutputLocation"
        ),
        recorded=names(
            "Description RecursiveDeleteOption WorkGroupConfiguration.PublishCloudWatchMetricsEnabled "
            "WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration"
        ),
    ),
}
