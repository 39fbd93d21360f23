"""The catalog and who fills it, Athena's workgroup and its saved queries."""

from moto.athena.models import athena_backends
from moto.core.models import DEFAULT_ACCOUNT_ID

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import REGION, AwsEndpoint


def make_database(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A database of the Glue catalog."""
    aws.client("glue").create_database(DatabaseInput={"Name": name, **properties["DatabaseInput"]})
    return Made(name)


def change_database(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """Its tables stay."""
    aws.client("glue").update_database(Name=made.ref, DatabaseInput=properties["DatabaseInput"])


def delete_database(aws: AwsEndpoint, made: Made) -> None:
    """With its tables; the data stays on S3."""
    aws.client("glue").delete_database(Name=made.ref)


def make_table(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A table of the Glue catalog; one of that name must not be there, whoever has made it."""
    aws.client("glue").create_table(DatabaseName=properties["DatabaseName"], TableInput=properties["TableInput"])
    return Made(name, {"Database": properties["DatabaseName"]})


def change_table(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """New columns or parameters; the data stays on S3."""
    aws.client("glue").update_table(DatabaseName=properties["DatabaseName"], TableInput=properties["TableInput"])


def delete_table(aws: AwsEndpoint, made: Made) -> None:
    """The data stays on S3."""
    aws.client("glue").delete_table(DatabaseName=made.attributes["Database"], Name=made.ref)


def make_crawler(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A crawler's definition; glue/crawlers.py crawls."""
    aws.client("glue").create_crawler(**properties | {"Name": name})
    return Made(name)


def delete_crawler(aws: AwsEndpoint, made: Made) -> None:
    """The tables that it has made stay."""
    aws.client("glue").delete_crawler(Name=made.ref)


def make_workgroup(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """An Athena workgroup; athena/ runs its queries."""
    configuration = dict(properties["WorkGroupConfiguration"])
    if "BytesScannedCutoffPerQuery" in configuration:
        configuration["BytesScannedCutoffPerQuery"] = int(configuration["BytesScannedCutoffPerQuery"])
    aws.client("athena").create_work_group(
        Name=name, Description=properties.get("Description", ""), Configuration=configuration
    )
    return Made(name)


def delete_workgroup(aws: AwsEndpoint, made: Made) -> None:
    """With the record of its queries."""
    aws.client("athena").delete_work_group(WorkGroup=made.ref, RecursiveDeleteOption=True)


def make_named_query(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A saved query of a workgroup; Ref and GetAtt give its id."""
    query_id = aws.client("athena").create_named_query(**properties | {"Name": name})["NamedQueryId"]
    return Made(query_id, {"NamedQueryId": query_id})


def delete_named_query(aws: AwsEndpoint, made: Made) -> None:
    """moto has no call for it."""
    athena_backends[DEFAULT_ACCOUNT_ID][REGION].named_queries.pop(made.ref, None)


KINDS = {
    "AWS::Glue::Database": Kind(
        make_database,
        delete_database,
        change=change_database,
        named_by="DatabaseInput.Name",
        real=names("DatabaseInput"),
        recorded=names("CatalogId"),
    ),
    "AWS::Glue::Table": Kind(
        make_table,
        delete_table,
        change=change_table,
        named_by="TableInput.Name",
        real=names("DatabaseName TableInput"),
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
    "AWS::Athena::NamedQuery": Kind(
        make_named_query,
        delete_named_query,
        named_by="Name",
        real=names("Database Description Name QueryString WorkGroup"),
        recorded=names(""),
    ),
}
