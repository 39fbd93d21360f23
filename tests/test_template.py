"""What deploy/template.yaml promises, read as text: no cloud, no stack."""

import ast
import json
import re
from pathlib import Path

import pytest
from metrics import on_dashboard
from samtranslator.yaml_helper import yaml_parse

import job_wheels
from chart_extract import dropped
from chart_transform.schemas import TABLES

ROOT = Path(__file__).parents[1]
TEMPLATE = yaml_parse((ROOT / "deploy" / "template.yaml").read_text())
RESOURCES = TEMPLATE["Resources"]
DEFINITION = json.loads((ROOT / "deploy" / "pipeline.asl.json").read_text())
FUNCTIONS = {"extract": "ExtractFunction", "trigger": "TriggerFunction", "check": "CheckFunction"}
# What AWS offers no way to narrow; the template says so beside each.
NOT_TO_BE_NARROWED = {("PipelineRole", "WriteLogs")}


def of_type(name):
    """Properties of all resources of a type, by logical id."""
    return {key: it["Properties"] for key, it in RESOURCES.items() if it["Type"] == name}


def properties(logical_id):
    return RESOURCES[logical_id]["Properties"]


def statements():
    """Every statement of every role, with where it stands."""
    for role, it in of_type("AWS::IAM::Role").items():
        for policy in it["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                yield role, statement
    for it in of_type("AWS::IAM::Policy").values():
        for statement in it["PolicyDocument"]["Statement"]:
            yield from ((role["Ref"], statement) for role in it["Roles"])


def listed(value):
    return value if isinstance(value, list) else [value]


# --- Storage


def test_the_bucket_is_encrypted_versioned_and_closed():
    bucket = properties("DataBucket")

    [rule] = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}


def test_nobody_reaches_the_bucket_without_tls():
    [statement] = properties("DataBucketPolicy")["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": False}}
    assert len(statement["Resource"]) == 2


def test_only_results_staging_old_versions_and_unfinished_uploads_expire():
    rules = properties("DataBucket")["LifecycleConfiguration"]["Rules"]

    expiring = {rule["Prefix"] for rule in rules if "ExpirationInDays" in rule or "ExpirationDate" in rule}
    assert expiring == {"athena/", "staging/"}
    [rest] = [rule for rule in rules if "Prefix" not in rule]
    assert rest["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rest["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


@pytest.mark.parametrize("logical_id", ["DataBucket", "SpotifySecret"])
def test_data_and_secret_outlive_the_stack(logical_id):
    assert RESOURCES[logical_id]["DeletionPolicy"].startswith("Retain")
    assert RESOURCES[logical_id]["UpdateReplacePolicy"] == "Retain"


# --- Queues and what is invoked


def test_a_message_stays_hidden_for_six_timeouts_and_the_longest_batch_window():
    timeouts = {name: properties(function)["Timeout"] for name, function in FUNCTIONS.items()}
    window = TEMPLATE["Parameters"]["BatchWindowSeconds"]

    # Lambda demands one for batches of more than ten messages.
    assert window["MinValue"] == 1
    assert properties("LandedQueue")["VisibilityTimeout"] >= 6 * timeouts["trigger"] + window["MaxValue"]
    assert properties("DroppedCsvQueue")["VisibilityTimeout"] >= 6 * timeouts["extract"]


def test_dropped_csvs_come_to_extract_one_by_one_and_few_at_a_time_and_are_given_up_after_few_tries():
    source = properties("ExtractFunction")["Events"]["DroppedCsvs"]["Properties"]

    assert source["Queue"] == {"Fn::GetAtt": ["DroppedCsvQueue", "Arn"]}
    assert (source["BatchSize"], source["ScalingConfig"]) == (1, {"MaximumConcurrency": 2})
    assert properties("DroppedCsvQueue")["RedrivePolicy"]["maxReceiveCount"] <= 5


def test_s3_tells_each_queue_of_its_own_prefix_and_each_queue_lets_our_bucket_alone():
    bucket = properties("DataBucket")
    told = {}
    for it in bucket["NotificationConfiguration"]["QueueConfigurations"]:
        rules = [(rule["Name"], rule["Value"]) for rule in it["Filter"]["S3Key"]["Rules"]]
        told[it["Queue"]["Fn::GetAtt"][0]] = rules

    assert told == {
        "LandedQueue": [("prefix", "raw/to_processed/")],
        "DroppedCsvQueue": [("prefix", dropped.DROPPED), ("suffix", ".csv")],
    }
    for queue in told:
        [statement] = properties(f"{queue}Policy")["PolicyDocument"]["Statement"]
        assert statement["Resource"] == {"Fn::GetAtt": [queue, "Arn"]}
        assert f"{queue}Policy" in RESOURCES["DataBucket"]["DependsOn"]
        assert statement["Condition"]["ArnEquals"]["aws:SourceArn"]["Fn::Sub"].endswith(bucket["BucketName"]["Fn::Sub"])


def test_every_queue_is_encrypted_and_what_cannot_be_handled_ends_in_a_queue_of_its_own():
    queues = of_type("AWS::SQS::Queue")
    schedule = properties("ExtractFunction")["Events"]["Daily"]["Properties"]

    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    for name in ("Landed", "DroppedCsv"):
        dead_letters = queues[f"{name}Queue"]["RedrivePolicy"]["deadLetterTargetArn"]
        assert dead_letters == {"Fn::GetAtt": [f"{name}DeadLetterQueue", "Arn"]}
    assert schedule["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["ScheduleDeadLetterQueue", "Arn"]}}


def test_the_schedule_is_in_utc_and_an_event_is_not_run_on_the_day_after():
    schedule = properties("ExtractFunction")["Events"]["Daily"]["Properties"]

    assert schedule["ScheduleExpressionTimezone"] == "UTC"
    # At 23:00; what is tried for an hour ends at midnight.
    assert TEMPLATE["Parameters"]["ExtractSchedule"]["Default"] == "cron(0 23 * * ? *)"
    assert schedule["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600


# --- The pipeline


def test_the_job_is_small_ends_in_time_and_runs_alone():
    job = properties("TransformJob")

    assert (job["WorkerType"], job["NumberOfWorkers"], job["Timeout"], job["MaxRetries"]) == ("G.1X", 2, 15, 0)
    assert job["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    assert TEMPLATE["Parameters"]["GlueVersion"]["Default"] == "5.1"
    assert TEMPLATE["Parameters"]["GlueVersion"]["AllowedValues"] == ["5.1", "6.0"]


def test_the_job_logs_to_groups_of_the_stack_and_sends_no_metrics_that_cost():
    arguments = properties("TransformJob")["DefaultArguments"]

    assert arguments["--enable-continuous-cloudwatch-log"] == "true"
    assert "--enable-metrics" not in arguments
    prefix = arguments["--custom-logGroup-prefix"]["Fn::Sub"]
    groups = [of_type("AWS::Logs::LogGroup")[name]["LogGroupName"] for name in ("TransformErrors", "TransformOutput")]
    assert groups == [{"Fn::Sub": f"{prefix}/error"}, {"Fn::Sub": f"{prefix}/output"}]


def test_the_jobs_package_comes_from_its_bucket_alone_where_the_job_may_read_it():
    arguments = properties("TransformJob")["DefaultArguments"]
    own = {it["Sid"]: it for role, it in statements() if role == "TransformRole"}

    assert arguments["--additional-python-modules"] == {"Fn::Sub": f"s3://${{DataBucket}}/{job_wheels.KEY}"}
    assert arguments["--python-modules-installer-option"] == "--no-index"
    assert own["ReadThePackage"]["Action"] == "s3:GetObject"
    assert own["ReadThePackage"]["Resource"] == {"Fn::Sub": "${DataBucket.Arn}/code/*"}


def test_the_crawler_has_a_target_for_each_table_and_makes_no_partition_index():
    crawler = properties("LakeCrawler")

    paths = [target["Path"]["Fn::Sub"] for target in crawler["Targets"]["S3Targets"]]
    assert paths == [f"s3://${{DataBucket}}/lake/{table}/" for table in TABLES]
    # What the local crawler does not mind when it is left out.
    configuration = json.loads(crawler["Configuration"])
    assert configuration["CrawlerOutput"] == {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
    assert "Grouping" in configuration
    # The crawler's role may make no partition index.
    assert configuration["CreatePartitionIndex"] is False


def test_the_check_function_may_change_the_views_and_no_table():
    [resources] = [listed(it["Resource"]) for role, it in statements() if it["Sid"] == "MakeViews"]

    named = [it["Fn::Sub"].rpartition("table/${LakeDatabase}/")[2] for it in resources if ":table/" in it["Fn::Sub"]]
    assert named == sorted(path.stem for path in ROOT.joinpath("containers/check/chart_check/views").glob("*.sql"))


def test_the_state_machine_logs_and_ends_in_time():
    machine = properties("Pipeline")

    assert machine["Logging"]["Level"] == "ALL"
    assert 0 < DEFINITION["TimeoutSeconds"] <= 4 * 3600


def test_a_query_is_limited_and_its_result_encrypted():
    workgroup = properties("Workgroup")["WorkGroupConfiguration"]

    assert workgroup["EnforceWorkGroupConfiguration"] is True
    assert workgroup["BytesScannedCutoffPerQuery"] == {"Ref": "QueryBytesLimit"}
    assert workgroup["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}


def test_every_log_group_forgets_and_every_function_writes_to_its_own():
    groups = of_type("AWS::Logs::LogGroup")

    assert {json.dumps(group["RetentionInDays"]) for group in groups.values()} == {'{"Ref": "LogRetentionDays"}'}
    for name, function in FUNCTIONS.items():
        group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
        assert groups[group]["LogGroupName"] == {"Fn::Sub": f"/aws/lambda/${{AWS::StackName}}-{name}"}


# --- Who is told


def test_every_alarm_tells_the_topic_and_the_topic_lets_it():
    alarms = of_type("AWS::CloudWatch::Alarm")
    told = properties("FailureTopicPolicy")["PolicyDocument"]["Statement"]

    assert len(alarms) == 7
    assert all(alarm["AlarmActions"] == [{"Ref": "FailureTopic"}] for alarm in alarms.values())
    services = {statement["Principal"]["Service"] for statement in told}
    assert services == {"cloudwatch.amazonaws.com", "events.amazonaws.com"}
    # EventBridge supports none in a topic's policy.
    assert "Condition" not in told[1]
    pattern = told[0]["Condition"]["ArnLike"]["aws:SourceArn"]["Fn::Sub"]
    assert pattern.endswith(":alarm:${AWS::StackName}-*")
    assert all(alarm["AlarmName"]["Fn::Sub"].startswith("${AWS::StackName}-") for alarm in alarms.values())


def test_an_alarm_goes_off_when_nothing_has_loaded_for_as_long_as_a_chart_is_fresh():
    alarm = properties("NoGoodLoadAlarm")
    hours = TEMPLATE["Parameters"]["MaxChartAgeHours"]

    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, {"Ref": "MaxChartAgeHours"})
    assert (alarm["TreatMissingData"], alarm["ComparisonOperator"]) == ("breaching", "LessThanThreshold")
    assert hours["Default"] == 26
    # CloudWatch looks back seven days at most.
    assert hours["MaxValue"] * alarm["Period"] <= 7 * 86400


def test_an_alarm_goes_off_a_month_before_a_consent_ends_and_not_without_one():
    alarm = properties("OldConsentAlarm")

    assert (alarm["Threshold"], alarm["ComparisonOperator"]) == (150, "GreaterThanThreshold")
    assert alarm["TreatMissingData"] == "notBreaching"


def test_every_dead_letter_and_every_quarantined_csv_sets_an_alarm_off():
    alarms = of_type("AWS::CloudWatch::Alarm").values()
    watched = [it["Dimensions"][0]["Value"]["Fn::GetAtt"][0] for it in alarms if it["Namespace"] == "AWS/SQS"]

    assert sorted(watched) == sorted(name for name in of_type("AWS::SQS::Queue") if "DeadLetter" in name)
    quarantined = properties("QuarantinedCsvsAlarm")
    assert (quarantined["Threshold"], quarantined["ComparisonOperator"]) == (0, "GreaterThanThreshold")
    assert quarantined["TreatMissingData"] == "notBreaching"


def test_every_alarm_names_the_page_that_says_what_to_do_and_the_page_has_it():
    page = (ROOT / "docs" / "failures.md").read_text()

    for alarm in of_type("AWS::CloudWatch::Alarm").values():
        assert "docs/failures.md, Alarms" in alarm["AlarmDescription"]
        assert f"| `{alarm['AlarmName']['Fn::Sub'].replace('${AWS::StackName}', '<stack>')}` |" in page


def test_what_the_dashboard_shows_of_aws_is_what_its_services_send_unasked():
    shown = {metric[:2] for metric in on_dashboard() if metric[0] != "SpotifyTop50"}
    ended = {("AWS/States", f"Executions{how}") for how in ("Succeeded", "Failed", "TimedOut", "Aborted")}

    of_lambda = {("AWS/Lambda", "Invocations"), ("AWS/Lambda", "Errors")}
    assert shown == ended | of_lambda | {("AWS/SQS", "ApproximateNumberOfMessagesVisible")}


def test_executions_that_are_cut_off_are_told():
    rule = properties("CutOffExecutions")

    cut_off = {"status": ["TIMED_OUT", "ABORTED"], "stateMachineArn": [{"Ref": "Pipeline"}]}
    assert rule["EventPattern"]["detail"] == cut_off
    assert [target["Arn"] for target in rule["Targets"]] == [{"Ref": "FailureTopic"}]


# --- Rights


def test_every_function_job_crawler_and_state_machine_has_a_role_of_its_own():
    users = ("ExtractFunction", "TriggerFunction", "CheckFunction", "Pipeline", "TransformJob", "LakeCrawler")
    roles = [properties(name)["Role"]["Fn::GetAtt"][0] for name in users]

    assert sorted(roles) == sorted(of_type("AWS::IAM::Role"))


def test_no_right_is_wider_than_it_can_be():
    for role, statement in statements():
        everything = "*" in listed(statement["Resource"])
        assert everything == ((role, statement["Sid"]) in NOT_TO_BE_NARROWED), (role, statement["Sid"])
        assert not any("*" in action for action in listed(statement["Action"])), (role, statement["Sid"])


def test_no_role_has_somebody_elses_policy():
    assert not any("ManagedPolicyArns" in role for role in of_type("AWS::IAM::Role").values())
    # SAM adds managed policies to the roles that it makes itself.
    assert all("Policies" not in properties(name) for name in (*FUNCTIONS.values(), "Pipeline"))


# --- Names, parameters, outputs


def test_every_name_derives_from_the_stacks():
    named = re.compile(r"(Name|BucketName|\w+Name)$")
    fixed = {"MetricName", "PolicyName"}
    # A saved query's name is the workgroup's own affair.
    ours = {key: it for key, it in RESOURCES.items() if it["Type"] != "AWS::Athena::NamedQuery"}
    for logical_id, resource in ours.items():
        for key, value in resource["Properties"].items():
            if named.fullmatch(key) and key not in fixed and "Ref" not in json.dumps(value):
                assert "AWS::StackName" in json.dumps(value), (logical_id, key)


def test_every_parameter_and_output_says_what_it_is_for_and_a_parameter_what_it_takes():
    assert all(output["Description"] for output in TEMPLATE["Outputs"].values())
    for name, rule in TEMPLATE["Parameters"].items():
        assert rule["Description"], name
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & rule.keys(), name
        assert "AllowedPattern" not in rule or rule["ConstraintDescription"], name


def test_every_parameter_has_its_place_in_the_console():
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(TEMPLATE["Parameters"])


# --- One truth: what the template gives is what the code takes


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_given_exactly_the_variables_that_it_reads(name):
    given = set(properties(FUNCTIONS[name])["Environment"]["Variables"])

    assert given == variables_read(ROOT / "containers" / name / f"chart_{name}" / "config.py")


def variables_read(module):
    """The names in capitals that a config module writes: no other is a variable's."""
    texts = [node.value for node in ast.walk(ast.parse(module.read_text())) if isinstance(node, ast.Constant)]
    return {text for text in texts if isinstance(text, str) and re.fullmatch(r"[A-Z]+(_[A-Z]+)*", text)}


def test_every_argument_of_the_job_is_one_that_it_knows():
    of_glue = {"--job-language", "--enable-continuous-cloudwatch-log", "--custom-logGroup-prefix", "--conf"}
    of_pip = {"--additional-python-modules", "--python-modules-installer-option"}
    given = set(properties("TransformJob")["DefaultArguments"]) - of_glue - of_pip
    for state in ("Transform", "Reprocess"):
        given |= {name.removesuffix(".$") for name in DEFINITION["States"][state]["Parameters"]["Arguments"]}

    known = set(re.findall(r'add_argument\(\s*"(--\w+)"', (ROOT / "glue_jobs" / "transform.py").read_text()))
    assert given <= known
    assert {"--raw_path", "--lake_path", "--run_id", "--reprocess_from", "--reprocess_to"} <= given
