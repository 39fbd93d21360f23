"""The catalog and who fills it, Athena's workgroup and its saved queries."""

from typing import Any

from local_cloud.aws.backends import backend
from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.iam import GLUE


def _make_workgroup(athena: Any, name: str, given: Properties) -> None:
    configuration = dict(given["WorkGroupConfiguration"])
    if "BytesScannedCutoffPerQuery" in configuration:
        configuration["BytesScannedCutoffPerQuery"] = int(configuration["BytesScannedCutoffPerQuery"])
    athena.create_work_group(Name=name, Description=given.get("Description", ""), Configuration=configuration)


KINDS = {
    "AWS::Glue::Database": Kind(
        service="glue",
        make=lambda glue, name, given: glue.create_database(DatabaseInput={"Name": name, **given["DatabaseInput"]}),
        change=lambda glue, name, given: glue.update_database(Name=name, DatabaseInput=given["DatabaseInput"]),
        # With its tables; the data stays on S3.
        delete=lambda glue, name, _given: glue.delete_database(Name=name),
        named_by="DatabaseInput.Name",
        real=names("DatabaseInput"),
        recorded=names("CatalogId"),
    ),
    "AWS::Glue::Table": Kind(
        service="glue",
        # One of that name must not be there, whoever has made it.
        make=lambda glue, _name, given: glue.create_table(**given),
        change=lambda glue, _name, given: glue.update_table(**given),
        delete=lambda glue, name, given: glue.delete_table(DatabaseName=given["DatabaseName"], Name=name),
        named_by="TableInput.Name",
        real=names("DatabaseName TableInput"),
        recorded=names("CatalogId"),
    ),
    "AWS::Glue::Crawler": Kind(
        service="glue",
        make=lambda glue, name, given: glue.create_crawler(**given | {"Name": name}),
        check_rights=lambda aws, given: aws.roles.assume(given["Role"], GLUE),
        # The tables that it has made stay.
        delete=lambda glue, name, _given: glue.delete_crawler(Name=name),
        named_by="Name",
        real=names("Name DatabaseName Role Targets RecrawlPolicy SchemaChangePolicy Configuration"),
    ),
    "AWS::Athena::WorkGroup": Kind(
        service="athena",
        make=_make_workgroup,
        delete=lambda athena, name, _given: athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True),
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
        service="athena",
        make=lambda athena, name, given: Made(athena.create_named_query(**given | {"Name": name})["NamedQueryId"]),
        # moto has no call for it.
        delete=lambda _athena, query_id, _given: backend("athena").named_queries.pop(query_id),
        named_by="Name",
        real=names("Database Description Name QueryString WorkGroup"),
    ),
}
