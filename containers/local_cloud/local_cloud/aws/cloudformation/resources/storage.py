"""What holds data and messages: buckets, secrets, queues and topics, with who may use them."""

import json
from typing import Any

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.cloudformation.resources.rights import of_notifications
from local_cloud.aws.iam.policies import statements_of

QUEUE_ATTRIBUTES = ("MessageRetentionPeriod", "SqsManagedSseEnabled", "VisibilityTimeout")


def _make_bucket(s3: Any, name: str, given: Properties) -> Made:
    s3.create_bucket(Bucket=name)
    _change_bucket(s3, name, given)
    return Made(name, {"Arn": f"arn:aws:s3:::{name}"})


def _change_bucket(s3: Any, name: str, given: Properties) -> None:
    # Versioning and notifications, which moto's own CloudFormation leaves out.
    if "VersioningConfiguration" in given:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=given["VersioningConfiguration"])
    queues = [
        {
            "QueueArn": queue["Queue"],
            "Events": [queue["Event"]],
            "Filter": {"Key": {"FilterRules": queue.get("Filter", {}).get("S3Key", {}).get("Rules", [])}},
        }
        for queue in given.get("NotificationConfiguration", {}).get("QueueConfigurations", [])
    ]
    s3.put_bucket_notification_configuration(Bucket=name, NotificationConfiguration={"QueueConfigurations": queues})


def _put_bucket_policy(s3: Any, _name: str, given: Properties) -> Made:
    policy = json.dumps(given["PolicyDocument"])
    statements_of(policy)
    s3.put_bucket_policy(Bucket=given["Bucket"], Policy=policy)
    return Made(given["Bucket"])


def _secret(given: Properties) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name != "Name"}


def _make_queue(sqs: Any, name: str, given: Properties) -> Made:
    url = sqs.create_queue(QueueName=name, Attributes=_queue_attributes(given))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def _queue_attributes(given: Properties) -> dict[str, str]:
    # SQS takes text only, and writes truth in small letters.
    attributes = {name: str(given[name]).lower() for name in QUEUE_ATTRIBUTES if name in given}
    if "RedrivePolicy" in given:
        attributes["RedrivePolicy"] = json.dumps(given["RedrivePolicy"])
    return attributes


def _set_queue_policy(sqs: Any, _name: str, given: Properties) -> None:
    for queue in given["Queues"]:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(given["PolicyDocument"])})


def _make_topic(sns: Any, name: str, _given: Properties) -> Made:
    arn = sns.create_topic(Name=name)["TopicArn"]
    return Made(arn, {"TopicArn": arn, "TopicName": name})


KINDS = {
    "AWS::S3::Bucket": Kind(
        service="s3",
        make=_make_bucket,
        check_rights=of_notifications,
        change=_change_bucket,
        # S3 refuses while there are objects in it.
        delete=lambda s3, name, _given: s3.delete_bucket(Bucket=name),
        named_by="BucketName",
        real=names("BucketName VersioningConfiguration NotificationConfiguration"),
        recorded=names("BucketEncryption LifecycleConfiguration PublicAccessBlockConfiguration"),
    ),
    "AWS::S3::BucketPolicy": Kind(
        service="s3",
        make=_put_bucket_policy,
        change=_put_bucket_policy,
        delete=lambda s3, bucket, _given: s3.delete_bucket_policy(Bucket=bucket),
        real=names("Bucket PolicyDocument"),
    ),
    "AWS::SecretsManager::Secret": Kind(
        service="secretsmanager",
        make=lambda secrets, name, given: Made(secrets.create_secret(Name=name, **_secret(given))["ARN"]),
        # As on AWS, a new SecretString in the template replaces what a person has put there.
        change=lambda secrets, arn, given: secrets.update_secret(SecretId=arn, **_secret(given)),
        # At once, so that one of the same name can be made.
        delete=lambda secrets, arn, _given: secrets.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True),
        named_by="Name",
        real=names("Name Description SecretString"),
    ),
    "AWS::SQS::Queue": Kind(
        service="sqs",
        make=_make_queue,
        change=lambda sqs, url, given: sqs.set_queue_attributes(QueueUrl=url, Attributes=_queue_attributes(given)),
        delete=lambda sqs, url, _given: sqs.delete_queue(QueueUrl=url),
        named_by="QueueName",
        real=names("QueueName MessageRetentionPeriod RedrivePolicy VisibilityTimeout"),
        recorded=names("SqsManagedSseEnabled"),
    ),
    "AWS::SQS::QueuePolicy": Kind(
        service="sqs",
        # S3 looks at it when a bucket names the queue; moto lets everybody send.
        make=_set_queue_policy,
        real=names("Queues PolicyDocument"),
    ),
    "AWS::SNS::Topic": Kind(
        service="sns",
        make=_make_topic,
        delete=lambda sns, arn, _given: sns.delete_topic(TopicArn=arn),
        named_by="TopicName",
        real=names("TopicName"),
    ),
    "AWS::SNS::TopicPolicy": Kind(
        service="sns",
        # moto would keep it and let everybody publish.
        make=lambda _sns, _name, _given: None,
        recorded=names("Topics PolicyDocument"),
    ),
    "AWS::SNS::Subscription": Kind(
        service="sns",
        # moto delivers to queues and addresses on the web, and no mail.
        make=lambda sns, _name, given: Made(sns.subscribe(**given, ReturnSubscriptionArn=True)["SubscriptionArn"]),
        delete=lambda sns, arn, _given: sns.unsubscribe(SubscriptionArn=arn),
        real=names("TopicArn Protocol Endpoint"),
    ),
}
