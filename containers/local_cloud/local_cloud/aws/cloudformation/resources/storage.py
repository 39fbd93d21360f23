"""Buckets and secrets."""

from typing import Any

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import AwsEndpoint


def make_bucket(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A bucket; what changes later is set in the same way."""
    aws.client("s3").create_bucket(Bucket=name)
    made = Made(name, {"Arn": f"arn:aws:s3:::{name}"})
    change_bucket(aws, made, properties)
    return made


def change_bucket(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """Versioning and notifications, which moto's own CloudFormation leaves out."""
    s3 = aws.client("s3")
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=made.ref, VersioningConfiguration=properties["VersioningConfiguration"])
    queues = properties.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    configurations = [
        {"QueueArn": queue["Queue"], "Events": [queue["Event"]], "Filter": _filter(queue)} for queue in queues
    ]
    s3.put_bucket_notification_configuration(
        Bucket=made.ref, NotificationConfiguration={"QueueConfigurations": configurations}
    )


def _filter(configuration: Properties) -> Properties:
    return {"Key": {"FilterRules": configuration.get("Filter", {}).get("S3Key", {}).get("Rules", [])}}


def delete_bucket(aws: AwsEndpoint, made: Made) -> None:
    """S3 refuses while there are objects in it."""
    aws.client("s3").delete_bucket(Bucket=made.ref)


def make_bucket_policy(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """Not given to moto: it reads a Deny without its condition, and would refuse everybody."""
    return Made(properties["Bucket"])


def delete_bucket_policy(aws: AwsEndpoint, made: Made) -> None:
    """There is nothing to delete."""


def make_secret(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A secret; Ref gives its ARN."""
    arn = aws.client("secretsmanager").create_secret(Name=name, **_secret(properties))["ARN"]
    return Made(arn, {"Id": arn})


def change_secret(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """New properties; as on AWS, a new SecretString in the template replaces what a person has put there."""
    aws.client("secretsmanager").update_secret(SecretId=made.ref, **_secret(properties))


def _secret(properties: Properties) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name in ("Description", "SecretString")}


def delete_secret(aws: AwsEndpoint, made: Made) -> None:
    """At once, so that one of the same name can be made."""
    aws.client("secretsmanager").delete_secret(SecretId=made.ref, ForceDeleteWithoutRecovery=True)


KINDS = {
    "AWS::S3::Bucket": Kind(
        make_bucket,
        delete_bucket,
        change=change_bucket,
        named_by="BucketName",
        real=names("BucketName VersioningConfiguration NotificationConfiguration"),
        recorded=names("BucketEncryption LifecycleConfiguration PublicAccessBlockConfiguration"),
    ),
    "AWS::S3::BucketPolicy": Kind(
        make_bucket_policy,
        delete_bucket_policy,
        real=names(""),
        recorded=names("Bucket PolicyDocument"),
    ),
    "AWS::SecretsManager::Secret": Kind(
        make_secret,
        delete_secret,
        change=change_secret,
        named_by="Name",
        real=names("Name Description SecretString"),
        recorded=names(""),
    ),
}
