"""The names of resources in policies."""

from local_cloud.aws.endpoint import ACCOUNT, REGION


def arn(service: str, name: str) -> str:
    """The ARN of a resource in this account and region."""
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{name}"


def object_arn(bucket: str, key: str) -> str:
    """The ARN of an object on S3."""
    return f"arn:aws:s3:::{bucket}/{key}"


def on_database(database: str) -> list[str]:
    """What Glue asks rights on for a database: the catalogue, too."""
    return [arn("glue", "catalog"), arn("glue", f"database/{database}")]


def on_table(database: str, table: str) -> list[str]:
    """What Glue asks rights on for a table: database and catalogue, too."""
    return [*on_database(database), arn("glue", f"table/{database}/{table}")]
