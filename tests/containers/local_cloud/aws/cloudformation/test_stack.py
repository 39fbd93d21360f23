"""The shipped template, deployed: what stands in the local AWS afterwards, seen by boto3; and what is refused."""

import json
import shutil
from pathlib import Path

import pytest

import job_wheels
from local_cloud.aws.cloudformation.stack import DeploymentError, deploy

TEMPLATE = Path(__file__).parents[5] / "deploy" / "template.yaml"
BUCKET = "charts-data-123456789012-us-east-1"
MODULES = "--additional-python-modules"


@pytest.fixture
def stack(aws):
    return deploy(aws, TEMPLATE, "charts", {"Charts": "global,us", "BatchWindowSeconds": "7"})


def test_an_object_that_lands_is_told_to_the_queue_and_others_are_not(aws, stack):
    sqs, s3 = aws.client("sqs"), aws.client("s3")
    sqs.purge_queue(QueueUrl=stack.outputs["LandedQueue"])

    s3.put_object(Bucket=BUCKET, Key="raw/processed/chart_date=2026-11-22/a.json", Body=b"{}")
    s3.put_object(Bucket=BUCKET, Key="raw/to_processed/chart_date=2026-11-22/b.json", Body=b"{}")

    messages = sqs.receive_message(QueueUrl=stack.outputs["LandedQueue"], MaxNumberOfMessages=10)["Messages"]
    keys = [json.loads(message["Body"])["Records"][0]["s3"]["object"]["key"] for message in messages]
    assert keys == ["raw%2Fto_processed%2Fchart_date%3D2026-11-22%2Fb.json"]


def sources(aws):
    """The event source mappings by the queue that they read."""
    mappings = aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return {mapping["EventSourceArn"].rpartition(":")[2]: mapping for mapping in mappings}


def test_the_triggers_batches_are_as_the_parameter_says(aws, stack):
    mapping = sources(aws)["charts-landed"]

    assert mapping["BatchSize"] == 1000
    assert mapping["MaximumBatchingWindowInSeconds"] == 7
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_the_subscription_is_made_for_an_address_only(aws, stack):
    sns = aws.client("sns")
    assert sns.list_subscriptions()["Subscriptions"] == []

    deploy(aws, TEMPLATE, "charts", {"FailureEmail": "ana@example.org"})

    [subscription] = sns.list_subscriptions()["Subscriptions"]
    assert (subscription["Endpoint"], subscription["TopicArn"]) == ("ana@example.org", stack.outputs["FailureTopic"])

    deploy(aws, TEMPLATE, "charts", {})

    assert sns.list_subscriptions()["Subscriptions"] == []

    deploy(aws, TEMPLATE, "charts", {"FailureEmail": "ana@example.org"})

    assert [it["Endpoint"] for it in sns.list_subscriptions()["Subscriptions"]] == ["ana@example.org"]


def test_the_job_asks_for_the_zip_that_is_in_the_bucket_and_an_update_brings_changed_code(aws, stack, changed):
    def asked():
        return aws.client("glue").get_job(JobName="charts-transform")["Job"]["DefaultArguments"][MODULES]

    first = asked()
    template = changed()
    (folder := template.parents[1] / "glue_jobs").unlink()
    shutil.copytree(job_wheels.JOB, folder)
    (folder / "chart_transform" / "more.py").touch()
    deploy(aws, template, "charts", {})

    assert asked() != first
    objects = aws.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    assert {f"s3://{BUCKET}/{it['Key']}" for it in objects} == {first, asked()}


def test_tables_that_the_crawler_has_made_are_in_the_way_of_the_templates(aws, stack):
    aws.client("glue").create_table(DatabaseName="charts", TableInput={"Name": "song"})

    with pytest.raises(DeploymentError, match=r"SongTable \(AWS::Glue::Table\): .*AlreadyExistsException"):
        deploy(aws, TEMPLATE, "charts", {"CatalogMode": "projection"})


def test_with_projection_there_is_no_crawler_and_nobody_may_start_one(aws):
    stack = deploy(aws, TEMPLATE, "charts", {"CatalogMode": "projection"})

    iam = aws.client("iam")
    policies = [
        iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
        for role in iam.list_roles()["Roles"]
        for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
    ]
    assert aws.client("glue").list_crawlers()["CrawlerNames"] == []
    assert "LakeCrawler" not in stack.outputs
    assert "glue:StartJobRun" in json.dumps(policies)
    assert "Crawler" not in json.dumps(policies)
    assert "Partition" not in json.dumps(policies)


def test_two_stacks_live_side_by_side(aws, stack):
    other = deploy(aws, TEMPLATE, "other", {})

    # Where the same server has queues of both, only their addresses' beginnings are the same.
    shared = {name for name, value in other.outputs.items() if stack.outputs[name] == value}
    assert shared == {"CatalogMode"}
    assert len(aws.client("lambda").list_functions()["Functions"]) == 6


@pytest.fixture
def changed(tmp_path):
    """Deployable copies of the shipped files, each with changes in their text."""
    for name in ("containers", "glue_jobs"):
        (tmp_path / name).symlink_to(TEMPLATE.parents[1] / name)
    folder = tmp_path / "deploy"
    folder.mkdir()
    (folder / "pipeline.asl.json").write_text(TEMPLATE.with_name("pipeline.asl.json").read_text())

    def change(*pairs):
        text = TEMPLATE.read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        (folder / "template.yaml").write_text(text)
        return folder / "template.yaml"

    return change


def test_an_update_changes_what_has_new_properties_and_nothing_else(aws, stack, changed):
    sqs, functions = aws.client("sqs"), aws.client("lambda")
    sqs.purge_queue(QueueUrl=stack.outputs["LandedQueue"])
    sqs.send_message(QueueUrl=stack.outputs["LandedQueue"], MessageBody="waits")
    secrets = aws.client("secretsmanager")
    secrets.put_secret_value(SecretId=stack.outputs["SpotifySecret"], SecretString="filled in")

    template = changed(("VisibilityTimeout: 660", "VisibilityTimeout: 900"), ("Timeout: 300", "Timeout: 240"))
    updated = deploy(aws, template, "charts", {"Charts": "jp"})

    assert updated.outputs == stack.outputs
    queue = sqs.get_queue_attributes(QueueUrl=stack.outputs["LandedQueue"], AttributeNames=["All"])["Attributes"]
    assert (queue["VisibilityTimeout"], queue["ApproximateNumberOfMessages"]) == ("900", "1")
    extract = functions.get_function_configuration(FunctionName="charts-extract")
    assert (extract["Timeout"], extract["Environment"]["Variables"]["CHARTS"]) == (240, "jp")
    assert secrets.get_secret_value(SecretId=stack.outputs["SpotifySecret"])["SecretString"] == "filled in"
    assert aws.client("cloudformation").describe_stacks()["Stacks"][0]["StackStatus"] == "UPDATE_COMPLETE"


def test_an_update_replaces_what_has_a_new_name_and_follows_it_wherever_it_is_referred_to(aws, stack, changed):
    template = changed(('"${AWS::StackName}-landed"', '"${AWS::StackName}-arrived"'))

    updated = deploy(aws, template, "charts", {})

    assert updated.outputs["LandedQueue"].endswith("/charts-arrived")
    urls = aws.client("sqs").list_queues()["QueueUrls"]
    assert sorted(url.rsplit("/", 1)[-1] for url in urls) == [
        "charts-arrived",
        "charts-dropped-csvs",
        "charts-dropped-csvs-dead-letters",
        "charts-landed-dead-letters",
        "charts-schedule-dead-letters",
    ]
    assert sources(aws).keys() == {"charts-arrived", "charts-dropped-csvs"}
    aws.client("s3").put_object(Bucket=BUCKET, Key="raw/to_processed/chart_date=2026-11-22/b.json", Body=b"{}")
    assert aws.client("sqs").receive_message(QueueUrl=updated.outputs["LandedQueue"])["Messages"]


def test_an_update_makes_what_is_new_and_deletes_what_is_gone(aws, stack, changed):
    more = "  Extra:\n    Type: AWS::SNS::Topic\n    Properties: {TopicName: extra}\n\nOutputs:"

    deploy(aws, changed(("Outputs:", more)), "charts", {})
    with_it = aws.client("sns").list_topics()["Topics"]
    deploy(aws, TEMPLATE, "charts", {})

    assert [topic["TopicArn"].rsplit(":", 1)[-1] for topic in with_it] == ["charts-failures", "extra"]
    assert [topic["TopicArn"] for topic in aws.client("sns").list_topics()["Topics"]] == [stack.outputs["FailureTopic"]]


def test_deleting_the_stack_keeps_the_data_and_the_secret_alone(aws, stack):
    aws.client("s3").put_object(Bucket=BUCKET, Key="lake/song/part-0.parquet", Body=b"data")

    aws.client("cloudformation").delete_stack(StackName="charts")

    assert aws.client("s3").get_object(Bucket=BUCKET, Key="lake/song/part-0.parquet")["Body"].read() == b"data"
    assert aws.client("secretsmanager").describe_secret(SecretId="charts/spotify")["Name"] == "charts/spotify"
    assert aws.client("cloudformation").describe_stacks()["Stacks"] == []
    left = [
        *aws.client("lambda").list_functions()["Functions"],
        *aws.client("lambda").list_event_source_mappings()["EventSourceMappings"],
        *aws.client("sqs").list_queues().get("QueueUrls", []),
        *aws.client("sns").list_topics()["Topics"],
        *aws.client("iam").list_roles()["Roles"],
        *aws.client("stepfunctions").list_state_machines()["stateMachines"],
        *aws.client("glue").get_jobs()["Jobs"],
        *aws.client("glue").get_crawlers()["Crawlers"],
        *aws.client("glue").get_databases()["DatabaseList"],
        *aws.client("cloudwatch").describe_alarms()["MetricAlarms"],
        *aws.client("events").list_rules()["Rules"],
        *aws.client("scheduler").list_schedules()["Schedules"],
        *aws.client("logs").describe_log_groups()["logGroups"],
    ]
    assert left == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("VisibilityTimeout: 660", "VisibilityTimout: 660", "LandedQueue: AWS::SQS::Queue has no property Visib.*out"),
        ("NoncurrentDays: 30", "NonCurrentDays: 30", r"DataBucket: .*Rules.NoncurrentVersionExpiration.NonCurrentDays"),
        ("    Type: AWS::SNS::Topic\n", "    Type: AWS::SNS::Topik\n", "CloudFormation has no type AWS::SNS::Topik"),
        ("MemorySize: 512", "Memory: 512", "ExtractFunction.*Memory"),
        (
            "      MaxRetries: 0",
            "      MaxRetries: 0\n      MaxCapacity: 2",
            "does not know MaxCapacity of AWS::Glue::Job",
        ),
        ("../glue_jobs/transform.py", "../glue_jobs/no_such.py", r"TransformJob: there is no script .*no_such\.py"),
        ("DockerContext: ../containers/check", "DockerContext: ../check", "CheckFunction: there is no Dockerfile"),
        ("!GetAtt LandedQueue.Arn", "!GetAtt LandedQueue.Arm", "LandedQueue: AWS::SQS::Queue has no attribute Arm"),
        ("!Ref FailureTopic\n", "!Ref FailTopic\n", "PipelineRole: it refers to FailTopic"),
        (
            "        CrawlerName: !If",
            "        Crawler: !If",
            "Pipeline.*names without a value: CrawlerName; values.*: Crawler",
        ),
    ],
)
def test_a_slip_in_the_template_is_named(aws, changed, old, new, told):
    with pytest.raises(DeploymentError, match=told):
        deploy(aws, changed((old, new)), "charts", {})


@pytest.mark.parametrize(
    ("name", "parameters", "told"),
    [
        ("charts", {"Chart": "global"}, "the template has no parameter Chart: it has Charts, "),
        ("charts", {"Charts": "Global!"}, "parameter Charts: 'Global!' is not names in charts.csv"),
        ("charts", {"BatchWindowSeconds": "301"}, "BatchWindowSeconds: '301' is not 1 to 300 seconds"),
        ("charts", {"GlueVersion": "4.0"}, "GlueVersion: '4.0'"),
        ("charts", {"FailureEmail": "ana"}, "FailureEmail: 'ana' is not an e-mail address"),
        ("charts", {"ExtractSchedule": "every day"}, "ExtractSchedule"),
        ("charts", {"MaxChartAgeHours": "soon"}, "MaxChartAgeHours"),
        ("Charts", {}, "stack name 'Charts': use small letters"),
        ("a" * 31, {}, "at most 30"),
    ],
)
def test_a_name_or_a_parameter_that_the_template_does_not_allow_is_refused(aws, name, parameters, told):
    with pytest.raises(DeploymentError, match=told):
        deploy(aws, TEMPLATE, name, parameters)


def test_what_charts_may_be_is_what_extract_reads(aws):
    allowed = "mine=https://open.spotify.com/playlist/37i9dQZEVXbMDoHDwVN2tF?si=1, us , jp = 37i9dQZEVXbKXQ4mDTEBXq,"

    deploy(aws, TEMPLATE, "charts", {"Charts": allowed})


def test_the_longest_name_of_a_stack_fits_everywhere(aws):
    longest = "a" * 30
    region = "ap-southeast-1"  # The longest that there are have this length.

    stack = deploy(aws, TEMPLATE, longest, {})

    assert len(stack.outputs["DataBucket"].replace("us-east-1", region)) <= 63
    limits = {"ExtractFunction": 64, "Schedule": 64, "Workgroup": 128, "TransformJob": 255, "LakeCrawler": 255}
    assert all(len(stack.outputs[name]) <= limit for name, limit in limits.items())
    assert len(stack.outputs["Pipeline"].rsplit(":", 1)[-1]) <= 80
    queues = ("LandedQueue", "LandedDeadLetterQueue", "ScheduleDeadLetterQueue")
    assert all(len(stack.outputs[name].rsplit("/", 1)[-1]) <= 80 for name in queues)
