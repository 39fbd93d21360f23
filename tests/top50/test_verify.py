"""``top50 verify``: what it proves and leaves, in a local cloud; and what each step says that fails."""

import json
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace

import pytest

from local_cloud.aws.server import AwsServer
from local_cloud.cloud import LocalCloud
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn
from top50.errors import FailedError, RefusedError
from top50.pipeline import LOCAL
from top50.runs import Run
from top50.stack import Stack
from top50.verify import alarms, chart, cleanup, steps
from top50.verify.journey import Journey
from top50.verify.record import without_names

DAY = "1999-12-31"
STEP = {name: do for name, do, *_rest in steps.STEPS}
OUTPUTS = ("DataBucket", "Database", "Pipeline", *cleanup.QUEUES)


def days_ago(days):
    return f"{datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}"


@pytest.fixture(scope="module")
def cloud(request, tmp_path_factory):
    with SpotifyStandIn() as spotify:
        addresses = {"SpotifyApiUrl": spotify.api_url, "SpotifyAccountsUrl": spotify.accounts_url}
        mode = {"CatalogMode": request.param, "ProjectionFrom": days_ago(2), "BatchWindowSeconds": "1"}
        state = tmp_path_factory.mktemp("stack")
        with LocalCloud(state, addresses | mode, save=False) as cloud, cloud.fill_log_groups(), cloud.poll_queues():
            cloud.set_spotify_secret(CREDENTIALS)
            yield cloud


@pytest.fixture
def verify(top50, to_aws, cloud, monkeypatch):
    """Run the command, while ``role`` may not do ``action``; returns its result, and its steps by how they ended."""

    def run(patience=60, role=None, action=None):
        to_aws(cloud)
        monkeypatch.setattr("top50.verify.journey.Journey", partial(Journey, pace=LOCAL, patience=patience))
        iam = cloud.aws.client("iam")
        if role:
            [name] = [it["RoleName"] for it in iam.list_roles()["Roles"] if role in it["RoleName"]]
            deny = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": action, "Resource": "*"}}
            iam.put_role_policy(RoleName=name, PolicyName="broken", PolicyDocument=json.dumps(deny))
        finished = top50("verify", "--yes")
        if role:
            iam.delete_role_policy(RoleName=name, PolicyName="broken")
        ended = re.findall(r"^[\d:]{8}  (ok|failed|skipped) +(\S+) ", finished.stdout, re.MULTILINE)
        return finished, {state: [step for its, step in ended if its == state] for state, _step in ended}

    return run


def left(cloud):
    """What a verification must not leave: versions, markers, partitions, messages."""
    s3, glue, sqs = (cloud.aws.client(it) for it in ("s3", "glue", "sqs"))
    page = s3.list_object_versions(Bucket=cloud.outputs["DataBucket"])
    found = [it["Key"] for kind in ("Versions", "DeleteMarkers") for it in page.get(kind, [])]
    database = cloud.outputs["Database"]
    for table in glue.get_tables(DatabaseName=database)["TableList"]:
        found += glue.get_partitions(DatabaseName=database, TableName=table["Name"])["Partitions"]
    for queue in cleanup.QUEUES:
        asked = {"QueueUrl": cloud.outputs[queue], "AttributeNames": ["All"]}
        counts = sqs.get_queue_attributes(**asked)["Attributes"]
        found += [queue] * int(counts["ApproximateNumberOfMessages"])
    # The check's results expire; the job's package is the stack's.
    return [it for it in found if not str(it).startswith(("athena/", "code/"))]


@pytest.mark.full
@pytest.mark.parametrize("cloud", ["crawler", "projection"], indirect=True)
def test_on_a_good_stack_every_step_is_ok_nothing_is_left_and_the_record_names_nobody(verify, cloud, top50):
    before = left(cloud)

    finished, ended = verify()

    assert finished.exit_code == 0, finished.output
    crawl = ["crawl"] if cloud.outputs["CatalogMode"] == "crawler" else []
    assert ended == {"ok": [name for name in [*STEP, "clean-up"] if name != "crawl" or crawl]}
    assert "not on our rows: chart_fresh (1 row)" in finished.stdout
    assert left(cloud) == before
    assert top50("status").stdout.count(" (its results were removed, as top50 verify does): ") == 2
    _steps, record = finished.stdout.split("| top50 verify | |")
    assert re.search(r"ExecutionTime \d+ s x 2 workers G.1X", record)
    assert "| where | a local cloud, us-east-1, CatalogMode" in record
    assert not re.search("spotify.top50|123456789012", record)


@pytest.mark.full
@pytest.mark.parametrize("cloud", ["crawler"], indirect=True)
@pytest.mark.parametrize(
    ("role", "action", "failed", "told"),
    [
        ("TransformRole", "s3:PutObject", ["job", "redrive"], "AccessDenied"),
        ("CrawlerRole", "glue:GetPartitions", ["crawl"], "the last crawl of spotify-top50-lake ended FAILED"),
        ("TriggerRole", "states:StartExecution", ["trigger", "clean-up"], "no execution; an event is in the queue"),
    ],
)
def test_a_part_whose_role_is_broken_is_named_with_what_aws_said_and_nothing_is_left(
    verify, cloud, role, action, failed, told
):
    finished, ended = verify(10 if role == "TriggerRole" else 60, role, action)

    assert finished.exit_code == 1
    assert ended["failed"] == failed, finished.output
    assert told in finished.stdout
    if "clean-up" in failed:
        # The function has our event, and SQS gives it to nobody else; the test does not wait for its return.
        assert "1 message in the queues may be ours" in finished.stdout
        cloud.aws.client("sqs").purge_queue(QueueUrl=cloud.outputs["LandedQueue"])
    assert left(cloud) == []


@pytest.fixture
def journey(monkeypatch):
    """A journey whose patience is at its end, on a stack with nothing in it."""
    monkeypatch.setattr(Journey, "land", lambda *_file: None)
    monkeypatch.setattr(Journey, "mark", lambda _journey: None)
    monkeypatch.setattr(Journey, "started", lambda _journey: [])
    monkeypatch.setattr(Journey, "ended", lambda *_execution: "FAILED: the cause")
    monkeypatch.setattr(Journey, "until_taken", lambda *_took: SimpleNamespace(name="run"))
    monkeypatch.setattr(Stack, "objects", lambda *_prefix: iter([]))
    monkeypatch.setattr(steps, "messages", lambda *_queue: 0)
    journey = Journey(Stack("charts", "", {name: name for name in OUTPUTS}, lambda *_: None), DAY, LOCAL, 0)
    journey.taken = SimpleNamespace(name="run")
    return journey


def checked(failure):
    return SimpleNamespace(checks={"checks": [{"name": "counts", "passed": False, "rule": "Rebuild it", **failure}]})


WALL = {"findings": [{"state": "fail", "check": "token", "came_back": "403", "to_do": "pay"}]}
OURS, COULD_NOT_RUN = {"sample": [{"chart_dates": f"2026-11-22,{DAY}"}]}, {"error": "Insufficient permissions"}
QUARANTINED, NOT_TOLD = [{"Key": chart.key(DAY, "broken.json")}], ["NotifyFailure", "Failed"]


@pytest.mark.parametrize(
    ("step", "seen", "told"),
    [
        ("doctor", {"invoke": WALL}, "token: 403. pay"),
        ("trigger", {}, "no execution; no event is in the queue"),
        ("check", {"read_run": SimpleNamespace(checks=None)}, "FAILED: the cause"),
        ("check", {"read_run": checked(OURS)}, f"counts: .*{DAY}.* Rebuild it"),
        ("check", {"read_run": checked(COULD_NOT_RUN)}, "counts: Insufficient permissions Rebuild it"),
        ("athena", {"ask": [["1"]]}, r"Athena returned \[\['1'\]\] instead of \[\['2'\]\]"),
        ("redrive", {"messages": 2}, "2 dead letters of others would be moved"),
        ("csv", {}, "extract has not written raw/quarantine/chart_csv/top50-verify.csv.reason.json"),
        ("failure", {}, "the broken file is not in quarantine"),
        ("failure", {"objects": QUARANTINED, "states": NOT_TOLD}, "the failure topic got no message: FAILED"),
    ],
)
def test_a_step_that_fails_says_what_was_seen(monkeypatch, journey, step, seen, told):
    for name, value in seen.items():
        owner = next(it for it in (steps, Journey, Stack) if hasattr(it, name))
        monkeypatch.setattr(owner, name, lambda *_asked, _value=value: _value)

    with pytest.raises(FailedError, match=told):
        STEP[step](journey)


LOGGED = ("SpotifyTop50", "QuarantinedCsvs", "FunctionName", "charts-extract")
GOOD_LOADS = ("SpotifyTop50", "GoodLoads", "FunctionName", "charts-check")
OF_SQS = ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName")


@pytest.mark.parametrize(
    ("watched", "all_passed", "is_sent"),
    [
        (LOGGED, False, True),
        ((*LOGGED[:3], "other-extract"), False, False),
        (GOOD_LOADS, False, True),
        (GOOD_LOADS, True, False),
        ((*OF_SQS, "landed"), False, True),
        ((*OF_SQS, "other"), False, False),
        (("AWS/SQS", "NumberOfDeadLetters", "QueueName", "landed"), False, False),
    ],
)
def test_an_alarm_must_watch_a_metric_that_is_sent(monkeypatch, journey, watched, all_passed, is_sent):
    resources = {"AWS::CloudWatch::Alarm": ["alarm"], "AWS::SQS::Queue": ["https://sqs/1/landed"]}
    cloudwatch = SimpleNamespace(describe_alarms=lambda **_names: {"MetricAlarms": [{"AlarmName": "alarm"}]})
    journey.stack, journey.all_passed = Stack("charts", "", {}, lambda _service: cloudwatch), all_passed
    monkeypatch.setattr(Stack, "resources", lambda _stack, kind: iter(resources[kind]))
    monkeypatch.setattr(alarms, "_watched", lambda _alarm: watched)
    monkeypatch.setattr(alarms, "_sent", lambda _stack: [LOGGED])

    told = steps.timed("alarms", partial(STEP["alarms"], journey), "")

    assert told.state == ("ok" if is_sent else "failed"), told


@pytest.fixture
def broken_off(monkeypatch):
    """The next journey on a stack where one was killed after the job, during which another execution ran, too."""
    moment = datetime.now(UTC) + timedelta(minutes=1)
    dates = {"ours": [DAY], "shared": [DAY, "2026-11-22"], "refused": [], "broken": [DAY]}
    began = {"refused": moment, "broken": moment - timedelta(minutes=2)}
    ended = [SimpleNamespace(name=it, arn=it, started=began.get(it), stopped=moment, is_running=False) for it in dates]
    monkeypatch.setattr(cleanup, "executions", lambda _stack: ended)
    monkeypatch.setattr(cleanup, "wait_until_quiet", lambda *_stack, **_timeout: [])
    monkeypatch.setattr(
        cleanup,
        "read_run",
        lambda _stack, name: Run({"dates_rewritten": dates[name], "files_quarantined": int(name in began)}, None),
    )
    with AwsServer() as aws:
        aws.post("/moto-api/reset")
        s3, sqs, outputs = aws.client("s3"), aws.client("sqs"), dict.fromkeys(OUTPUTS, "charts")
        s3.create_bucket(Bucket="charts")
        s3.put_bucket_versioning(Bucket="charts", VersioningConfiguration={"Status": "Enabled"})
        aws.client("glue").create_database(DatabaseInput={"Name": "charts"})
        outputs |= {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in cleanup.QUEUES}
        canonical = f"raw/processed/chart_date={DAY}/verify.19991231T123456Z.01234567.json"
        lake = f"lake/song/chart_date={DAY}/part-0.parquet"
        refused = f"raw/quarantine/chart_date={DAY}/{chart.key(DAY, 'broken.json').rsplit('/')[-1]}.reason.json"
        for key in (chart.key(DAY), canonical, refused, lake, *(f"runs/{name}.json" for name in dates)):
            s3.put_object(Bucket="charts", Key=key, Body=b"content")
        s3.delete_object(Bucket="charts", Key=chart.key(DAY))
        yield Journey(Stack("charts", "", outputs, aws.client), "")


def everything(stack):
    page = stack.client("s3").list_object_versions(Bucket="charts")
    return [it["Key"] for kind in ("Versions", "DeleteMarkers") for it in page.get(kind, [])]


def test_the_next_call_finds_and_removes_what_one_left_that_was_killed_and_nothing_else(broken_off):
    stack = broken_off.stack
    for body in (*[chart.key(DAY).replace("=", "%3D")] * 2, "raw/to_processed/chart_date%3D2026-11-22/verify.json"):
        stack.client("sqs").send_message(QueueUrl=stack.output("LandedQueue"), MessageBody=body)

    with pytest.raises(FailedError, match="1 message in the queues may be ours"):
        cleanup.clean_up(broken_off, print, events_wait=True)

    assert everything(stack) == ["runs/refused.json", "runs/shared.json"]


def test_a_date_to_which_another_chart_has_come_is_left_to_a_purge(broken_off):
    key = f"raw/processed/chart_date={DAY}/verify.19991231T000001Z.01234567.json"
    broken_off.stack.client("s3").put_object(Bucket="charts", Key=key, Body=b"")
    before = everything(broken_off.stack)

    with pytest.raises(FailedError, match=f"top50 purge --chart verify --date {DAY}"):
        cleanup.clean_up(broken_off, print, events_wait=False)

    assert everything(broken_off.stack) == before


@pytest.mark.parametrize(
    ("mode", "taken", "expected"),
    [
        ("crawler", ["2026-11-22"], DAY),
        ("crawler", [DAY], None),
        ("projection", [days_ago(3)], days_ago(2)),
        ("projection", [days_ago(3), days_ago(2), days_ago(1)], None),
    ],
)
def test_the_chart_is_of_a_date_that_no_chart_has(monkeypatch, mode, taken, expected):
    stack = Stack("charts", "", {"CatalogMode": mode, "ProjectionFrom": days_ago(3)}, lambda *_: None)
    keys = [{"Key": f"raw/processed/chart_date={day}/global.json"} for day in taken]
    monkeypatch.setattr(Stack, "objects", lambda *_prefix: iter(keys))

    if expected:
        assert chart.free_date(stack) == expected
    else:
        with pytest.raises(RefusedError, match="there is no date without a chart"):
            chart.free_date(stack)


def test_the_record_hides_accounts_callers_and_the_stack():
    told = (
        "User: arn:aws:iam::123456789012:user/ada@home may not read charts-data-123456789012 of my_charts and my-charts"
    )

    assert without_names(told, "my-charts") == (
        "User: arn:aws:iam::<account>:user/<name> may not read charts-data-<account> of <stack> and <stack>"
    )


@pytest.mark.parametrize(
    ("answer", "code", "told"), [(None, 1, "To agree: --yes"), ("y", 130, "the next top50 verify")]
)
def test_it_asks_first_and_ctrl_c_cleans_up(monkeypatch, top50, broken_off, answer, code, told):
    def stop(_journey):
        raise KeyboardInterrupt

    monkeypatch.setattr(Stack, "find", lambda _name: broken_off.stack)
    monkeypatch.setattr(chart, "free_date", lambda _stack: DAY)
    monkeypatch.setattr("top50.show.can_ask", lambda: answer is not None)
    monkeypatch.setattr(steps, "STEPS", (("land", stop, (), ""),))
    monkeypatch.setattr(Stack, "output", lambda stack, name: stack.outputs.get(name, "crawler"))

    finished = top50("verify", input=answer)

    assert finished.exit_code == code, finished.output
    assert "the failure topic and alarms send messages" in finished.stdout
    assert told in finished.stderr
    assert everything(broken_off.stack) == ["runs/refused.json", "runs/shared.json"]
