"""Queues, topics, and who may send to them."""

import json

from local_cloud.aws.cloudformation.resources.kind import Kind, Made, Properties, names
from local_cloud.aws.endpoint import AwsEndpoint

QUEUE_ATTRIBUTES = ("MessageRetentionPeriod", "SqsManagedSseEnabled", "VisibilityTimeout")


def make_queue(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A queue; Ref gives its URL."""
    sqs = aws.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=_queue_attributes(properties))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Made(url, {"Arn": arn, "QueueName": name, "QueueUrl": url})


def change_queue(aws: AwsEndpoint, made: Made, properties: Properties) -> None:
    """New attributes; its messages stay."""
    aws.client("sqs").set_queue_attributes(QueueUrl=made.ref, Attributes=_queue_attributes(properties))


def _queue_attributes(properties: Properties) -> dict[str, str]:
    # SQS takes text only, and writes truth in small letters.
    attributes = {name: str(properties[name]).lower() for name in QUEUE_ATTRIBUTES if name in properties}
    if "RedrivePolicy" in properties:
        attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
    return attributes


def delete_queue(aws: AwsEndpoint, made: Made) -> None:
    """With the messages in it."""
    aws.client("sqs").delete_queue(QueueUrl=made.ref)


def make_queue_policy(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """Who may send to the queues; moto keeps it and lets everybody."""
    policy = {"Policy": json.dumps(properties["PolicyDocument"])}
    for queue in properties["Queues"]:
        aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes=policy)
    return Made(name, {"Queues": ",".join(properties["Queues"])})


def delete_queue_policy(aws: AwsEndpoint, made: Made) -> None:
    """Back to the owner alone."""
    for queue in made.attributes["Queues"].split(","):
        aws.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": ""})


def make_topic(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A topic; Ref gives its ARN."""
    arn = aws.client("sns").create_topic(Name=name)["TopicArn"]
    return Made(arn, {"TopicArn": arn, "TopicName": name})


def delete_topic(aws: AwsEndpoint, made: Made) -> None:
    """With its subscriptions."""
    aws.client("sns").delete_topic(TopicArn=made.ref)


def make_topic_policy(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """Who may publish to the topics; moto keeps it and lets everybody."""
    policy = json.dumps(properties["PolicyDocument"])
    for topic in properties["Topics"]:
        aws.client("sns").set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    return Made(name)


def delete_topic_policy(aws: AwsEndpoint, made: Made) -> None:
    """It ends with its topic; SNS has no call to remove it."""


def make_subscription(aws: AwsEndpoint, name: str, properties: Properties) -> Made:
    """A subscription; moto delivers to queues and addresses on the web, and no mail."""
    wanted = {key: properties[key] for key in ("TopicArn", "Protocol", "Endpoint")}
    return Made(aws.client("sns").subscribe(**wanted, ReturnSubscriptionArn=True)["SubscriptionArn"])


def delete_subscription(aws: AwsEndpoint, made: Made) -> None:
    """Nothing more is delivered."""
    aws.client("sns").unsubscribe(SubscriptionArn=made.ref)


KINDS = {
    "AWS::SQS::Queue": Kind(
        make_queue,
        delete_queue,
        change=change_queue,
        named_by="QueueName",
        real=names("QueueName MessageRetentionPeriod RedrivePolicy VisibilityTimeout"),
        recorded=names("SqsManagedSseEnabled"),
    ),
    "AWS::SQS::QueuePolicy": Kind(
        make_queue_policy,
        delete_queue_policy,
        real=names(""),
        recorded=names("Queues PolicyDocument"),
    ),
    "AWS::SNS::Topic": Kind(
        make_topic,
        delete_topic,
        named_by="TopicName",
        real=names("TopicName"),
        recorded=names(""),
    ),
    "AWS::SNS::TopicPolicy": Kind(
        make_topic_policy,
        delete_topic_policy,
        real=names(""),
        recorded=names("Topics PolicyDocument"),
    ),
    "AWS::SNS::Subscription": Kind(
        make_subscription,
        delete_subscription,
        real=names("TopicArn Protocol Endpoint"),
        recorded=names(""),
    ),
}
