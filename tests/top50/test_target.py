"""Where commands work that put something into a bucket: the lake used last, and a stack on AWS."""

import json

import pytest

from local_cloud import remote_pipeline, states
from local_cloud.cloud import STACK, LocalCloud
from local_cloud.commands.demo import stop_on_failure
from local_cloud.commands.target import open_target

# Refused by the state machine itself: an execution that ends at once.
HALF_A_REPROCESS = {"reprocess_from": "2026-11-22"}


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty ``.local_cloud``."""
    for name, folder in {"HOME": tmp_path, "DEMO": tmp_path / "demo", "RUN": tmp_path / "run"}.items():
        monkeypatch.setattr(states, name, folder)
    return tmp_path


def last_used(state, **parameters):
    """Make it the lake used last, with nothing in it."""
    states.remember(state, {"Charts": "global", **parameters})
    (state / "bucket").mkdir()


def start(stack, event):
    stack.client("stepfunctions").start_execution(stateMachineArn=stack.outputs["Pipeline"], input=json.dumps(event))


def say_nothing(_what):
    pass


def test_the_demos_lake_keeps_what_is_added_and_has_a_spotify_again(home):
    last_used(states.DEMO, SpotifyApiUrl="http://127.0.0.1:9/v1/", SpotifyAccountsUrl="http://127.0.0.1:9")

    with open_target(None) as target:
        target.stack.client("s3").put_object(Bucket=target.bucket, Key="raw/processed/note.txt", Body=b"kept")
        answer = target.stack.client("lambda").invoke(
            FunctionName=target.stack.outputs["ExtractFunction"], Payload=json.dumps({"charts": ["global"]})
        )
        landed = json.loads(answer["Payload"].read())["landed"]

    assert [chart["chart"] for chart in landed] == ["global"]
    assert (home / "demo" / "bucket" / "raw" / "processed" / "note.txt").read_bytes() == b"kept"


def test_the_lake_of_make_run_has_the_credentials_of_the_environment(home, monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_ID", "an id")
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "a secret")
    last_used(states.RUN)

    with open_target(None) as target:
        held = target.stack.client("secretsmanager").get_secret_value(SecretId=target.stack.outputs["SpotifySecret"])

    assert json.loads(held["SecretString"])["client_id"] == "an id"


def test_waiting_ends_with_the_executions_that_came_of_it_failed_ones_too(home):
    last_used(states.DEMO)

    with open_target(None) as target:
        start(target.stack, HALF_A_REPROCESS)
        ended = target.wait(say_nothing)

    assert [execution.status for execution in ended] == ["FAILED"]
    with pytest.raises(SystemExit, match="reprocess_from and reprocess_to go together"):
        stop_on_failure(ended)


def test_without_a_lake_it_says_how_to_make_one(home):
    with pytest.raises(SystemExit, match="run `make demo` first"), open_target(None):
        pass


@pytest.fixture
def stack_on_aws(tmp_path, monkeypatch):
    """A local cloud that stands for AWS: the process's environment leads to it."""
    monkeypatch.setattr(remote_pipeline, "QUIET_SECONDS", 1)
    monkeypatch.setattr(remote_pipeline, "LOOK_SECONDS", 0.1)
    with LocalCloud(tmp_path / "aws", {"Charts": "global"}, save=False) as cloud, cloud.poll_queues():
        yield STACK


def test_on_aws_it_waits_until_all_is_quiet_and_gives_only_the_executions_since(stack_on_aws):
    with open_target(stack_on_aws) as before:
        start(before.stack, HALF_A_REPROCESS)
        before.wait(say_nothing)
    told = []

    with open_target(stack_on_aws) as target:
        start(target.stack, HALF_A_REPROCESS)
        ended = target.wait(told.append)

    assert [execution.status for execution in ended] == ["FAILED"]
    assert "reprocess_from and reprocess_to go together" in ended[0].cause
    assert told[-1] == "no event waits, no execution runs"


def test_ctrl_c_on_aws_ends_only_the_waiting(stack_on_aws):
    def interrupt(_what):
        raise KeyboardInterrupt

    told = f"the pipeline goes on: make status STACK={STACK}"
    with pytest.raises(SystemExit, match=told), open_target(stack_on_aws) as target:
        target.wait(interrupt)


def test_a_stack_that_is_not_there_is_named(stack_on_aws):
    with pytest.raises(SystemExit, match="there is no stack elsewhere"), open_target("elsewhere"):
        pass
