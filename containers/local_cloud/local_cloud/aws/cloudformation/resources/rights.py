"""What AWS looks at before it makes a resource: who may assume its role, and whether that may do what is to come."""

from local_cloud.aws.cloudformation.resources.kind import Properties, names
from local_cloud.aws.endpoint import ACCOUNT
from local_cloud.aws.iam import LAMBDA, SCHEDULER, STATES
from local_cloud.aws.iam.policies import Need, allowed, statements_of
from local_cloud.aws.server import AwsServer

# By AWS's page "Using CloudWatch Logs to log execution history in Step Functions".
LOG_DELIVERY = names(
    "CreateLogDelivery GetLogDelivery UpdateLogDelivery DeleteLogDelivery ListLogDeliveries "
    "PutResourcePolicy DescribeResourcePolicies DescribeLogGroups"
)


def of_mapping(aws: AwsServer, given: Properties) -> None:
    """Lambda polls a queue with the function's role."""
    polling = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    aws.roles.require(
        _role_of(aws, given["FunctionName"]), [Need(f"sqs:{action}", given["EventSourceArn"]) for action in polling]
    )


def of_destination(aws: AwsServer, given: Properties) -> None:
    """Lambda tells a topic of lost events with the function's role."""
    topic = given.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    aws.roles.require(_role_of(aws, given["FunctionName"]), [Need("sns:Publish", topic)] if topic else [])


def of_schedule(aws: AwsServer, given: Properties) -> None:
    """Scheduler invokes the target, and keeps what it cannot deliver. No clock fires it here, so this looks now."""
    role = given["Target"]["RoleArn"]
    aws.roles.assume(role, SCHEDULER)
    queue = given["Target"].get("DeadLetterConfig", {}).get("Arn")
    needs = [Need("lambda:InvokeFunction", given["Target"]["Arn"])]
    aws.roles.require(role, needs + [Need("sqs:SendMessage", queue)] * bool(queue))


def of_logging(aws: AwsServer, given: Properties) -> None:
    """Step Functions sets up the delivery of its log with the state machine's role."""
    aws.roles.assume(given["RoleArn"], STATES)
    if "LoggingConfiguration" in given:
        aws.roles.require(given["RoleArn"], [Need(f"logs:{action}", "*") for action in LOG_DELIVERY])


def of_notifications(aws: AwsServer, given: Properties) -> None:
    """S3 sends to a queue whose policy lets it."""
    sqs = aws.client("sqs")
    bucket = {"aws:SourceArn": f"arn:aws:s3:::{given['BucketName']}", "aws:SourceAccount": ACCOUNT}
    for notification in given.get("NotificationConfiguration", {}).get("QueueConfigurations", []):
        queue = notification["Queue"]
        url = sqs.get_queue_url(QueueName=queue.rpartition(":")[2])["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"]).get("Attributes", {})
        policy = found.get("Policy") or '{"Statement": []}'
        if not allowed(statements_of(policy), Need("sqs:SendMessage", queue, bucket), "s3.amazonaws.com"):
            raise ValueError(f"Unable to validate the following destination configurations: {queue}")


def _role_of(aws: AwsServer, function: str) -> str:
    role: str = aws.client("lambda").get_function_configuration(FunctionName=function)["Role"]
    aws.roles.assume(role, LAMBDA)
    return role
