"""Which stack a command works on, and how it waits: the local lake used last, and a stack on AWS."""

import io
import json
import shlex
from types import SimpleNamespace

import boto3
import pytest
from newcomer import ROOT
from requests.utils import get_environ_proxies

from local_cloud.aws.endpoint import turn_to
from local_cloud.cloud import LocalCloud
from top50 import target as targets
from top50.errors import FailedError, LakeError, StackError, StoppedError
from top50.lakes import demo_lake, home, last_lake, own_lake
from top50.pipeline import Pace, start, stop_on_failure
from top50.sam import saved_settings
from top50.stack import DEFAULT_NAME, Stack, session_for
from top50.target import open_target

# Refused by the state machine itself: an execution that ends at once.
HALF_A_REPROCESS = {"reprocess_from": "2026-11-22"}


def say_nothing(_what):
    pass


def used_last(lake):
    lake.remember()
    lake.bucket.mkdir()


def test_the_demos_lake_keeps_what_is_added_and_has_a_spotify_again(newcomer):
    gone = {"SpotifyApiUrl": "http://127.0.0.1:9/v1/", "SpotifyAccountsUrl": "http://127.0.0.1:9"}
    used_last(demo_lake({"Charts": "global", **gone}))

    with open_target(None) as target:
        target.stack.client("s3").put_object(Bucket=target.bucket, Key="raw/processed/note.txt", Body=b"kept")
        landed = target.stack.invoke("ExtractFunction", {"charts": ["global"]})["landed"]

    assert [chart["chart"] for chart in landed] == ["global"]
    assert (newcomer / "demo" / "bucket" / "raw" / "processed" / "note.txt").read_bytes() == b"kept"


def test_the_lake_of_run_has_the_credentials_of_the_environment_and_waiting_returns_failed_executions(monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "an id")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "a secret")
    used_last(own_lake({"Charts": "global"}))

    with open_target(None) as target:
        held = target.stack.client("secretsmanager").get_secret_value(SecretId=target.stack.output("SpotifySecret"))
        start(target.stack, "half", HALF_A_REPROCESS)
        ended = target.wait(say_nothing)

    assert json.loads(held["SecretString"])["client_id"] == "an id"
    assert [execution.status for execution in ended] == ["FAILED"]
    with pytest.raises(FailedError, match="reprocess_from and reprocess_to go together"):
        stop_on_failure(ended)


def test_without_a_lake_it_says_how_to_make_one():
    with pytest.raises(LakeError, match="run top50 demo first"), open_target(None):
        pass


def test_a_lake_that_was_not_finished_is_named():
    demo_lake({"Charts": "global"}).remember()

    with pytest.raises(LakeError, match="the last top50 demo did not finish"):
        last_lake()


@pytest.mark.parametrize(
    ("lake", "command", "to_do"),
    [
        (own_lake, "check", "To add one: top50 add-csv FILE"),
        (own_lake, "report", "To add one: top50 add-csv FILE"),
        (demo_lake, "sql 'select 1'", "To fill it: top50 demo"),
    ],
)
def test_a_lake_without_charts_is_said_to_be_empty(top50, lake, command, to_do):
    used_last(lake({"Charts": "none"}))

    asked = top50(*shlex.split(command))

    assert asked.exit_code == 1
    assert f"is empty: no chart has been loaded. {to_do}" in asked.stderr


@pytest.mark.parametrize(
    ("command", "code", "told"),
    [
        ("purge --date 2020-01-01", 0, "Nothing to remove: the lake has no 2020-01-01."),
        ("reprocess --from 2020-01-01 --to 2020-01-31", 1, "there are no raw files of 2020-01-01 to 2020-01-31"),
        ("run", 1, "Error: CHARTS: narnia is not in charts.csv"),
    ],
)
def test_what_cannot_be_done_is_said_before_a_cloud_starts(top50, monkeypatch, command, code, told):
    lake = demo_lake({"Charts": "global"})
    used_last(lake)
    (lake.bucket / "lake" / "song" / "chart_date=2026-11-22").mkdir(parents=True)
    (lake.bucket / "lake" / "song" / "chart_date=2026-11-22" / "part-0.parquet").touch()
    monkeypatch.setattr("local_cloud.cloud.LocalCloud", None)
    for name, value in {"CHARTS": "narnia", "SPOTIFY_CLIENT_ID": "x", "SPOTIFY_CLIENT_SECRET": "x"}.items():
        monkeypatch.setenv(name, value)

    finished = top50(*command.split())

    assert finished.exit_code == code
    assert told in finished.output


def test_a_local_cloud_needs_neither_the_users_profile_nor_a_proxy(top50, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "charts")
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    url = "http://127.0.0.1:4566"

    top50("sql", "")
    turn_to(url)

    assert boto3.Session().client("s3").meta.endpoint_url == url
    assert get_environ_proxies(url) == {}


@pytest.fixture
def on_aws(tmp_path, to_aws, monkeypatch):
    """A local cloud that stands for AWS; returns the stack's name."""
    monkeypatch.setattr(targets, "AWS", Pace(look_seconds=0.1, quiet_seconds=1))
    with LocalCloud(tmp_path / "aws", {"Charts": "global"}, save=False) as cloud, cloud.poll_queues():
        to_aws(cloud)
        yield DEFAULT_NAME


def test_on_aws_it_waits_until_all_is_quiet_for_the_executions_since_and_ctrl_c_ends_only_the_waiting(on_aws):
    with open_target(on_aws) as before:
        start(before.stack, "before", HALF_A_REPROCESS)
        before.wait(say_nothing)
    told = []

    with open_target(on_aws) as target:
        start(target.stack, "after", HALF_A_REPROCESS)
        ended = target.wait(told.append)

    assert [(execution.name, execution.status) for execution in ended] == [("after", "FAILED")]
    assert "reprocess_from and reprocess_to go together" in ended[0].cause
    assert told[-1] == "waiting for events"

    def interrupt(_what):
        raise KeyboardInterrupt

    with pytest.raises(StoppedError, match=f"goes on .* top50 status --stack {on_aws}"), open_target(on_aws) as target:
        target.wait(interrupt)
    with pytest.raises(StackError, match="there is no stack elsewhere"), open_target("elsewhere"):
        pass


@pytest.fixture
def answered(monkeypatch, tmp_path):
    """What was answered at the deployment of the stack charts-test."""
    monkeypatch.setattr("top50.sam.DEPLOY", tmp_path)
    parameters = 'stack_name = "charts-test"\nregion = "eu-central-1"\n'
    saved_settings("charts-test").write_text(f"version = 0.1\n[default.deploy.parameters]\n{parameters}")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_REGION", "us-west-2")


def test_the_region_answered_at_the_deployment_counts_for_that_stack(answered):
    assert session_for("charts-test").region_name == "eu-central-1"
    assert session_for("another").region_name == "us-west-2"


def test_a_cloud_that_is_not_aws_is_looked_for_where_the_environment_says(answered, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")

    assert session_for("charts-test").region_name == "us-west-2"


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        ({"errorType": "ConfigError", "errorMessage": "set CHARTS"}, "set CHARTS"),
        ({"errorType": "KeyError", "errorMessage": "'charts'"}, "KeyError: 'charts'"),
        ({"errorMessage": "Task timed out after 60.00 seconds"}, "Task timed out after 60.00 seconds"),
    ],
)
def test_what_a_function_raised_is_told_by_its_message_and_by_its_type_where_that_is_pythons(raised, told):
    def invoke(**_request):
        return {"FunctionError": "Unhandled", "Payload": io.BytesIO(json.dumps(raised).encode())}

    client = SimpleNamespace(invoke=invoke)
    stack = Stack("charts", "here", {"ExtractFunction": "extract"}, lambda *_name, **_settings: client)

    with pytest.raises(FailedError, match=f"^{told}$"):
        stack.invoke("ExtractFunction", {})


def test_lakes_are_in_the_project_wherever_the_command_is_called(monkeypatch):
    monkeypatch.delenv("LOCAL_CLOUD_HOME")

    assert home() == ROOT / ".local_cloud"
