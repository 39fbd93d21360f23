"""Each Lambda image, built, and invoked through Lambda's emulator against the local cloud: what Lambda would answer."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from containers.images.docker_engine import ROOT, container, docker
from local_pipeline import wait_until_done

from local_cloud.aws.awslambda.container import container_environments
from local_cloud.cloud import LocalCloud
from local_cloud.spotify import SpotifyStandIn

pytestmark = pytest.mark.containers

UV = Path(sys.prefix, "bin", "uv")
DAY = f"{datetime.now(UTC):%Y-%m-%d}"


@pytest.fixture(scope="module")
def machine(images):
    """What containers call this machine."""
    asked = ("--add-host", "machine:host-gateway", "--entrypoint", "cat", images["extract"], "/etc/hosts")
    [line] = [line for line in docker("run", "--rm", *asked).splitlines() if line.endswith("machine")]
    return line.split()[0]


@pytest.fixture(scope="module")
def cloud(machine, tmp_path_factory):
    """A local cloud and a Spotify that containers reach, the stack deployed."""
    with SpotifyStandIn(host=machine) as spotify:
        parameters = {"Charts": "global,us", "BatchWindowSeconds": "1", **spotify.parameters}
        # At every address: the state machine's tasks are sent to localhost.
        with LocalCloud(
            tmp_path_factory.mktemp("cloud"), parameters, save=False, host="0.0.0.0", name=machine
        ) as running:
            running.set_spotify_secret({"client_id": "stand-in-client", "client_secret": "stand-in-secret"})
            yield running


@pytest.fixture(scope="module")
def environments(cloud):
    """Of each function, as the deployed template says; the handler is the image's own business."""
    found = container_environments(cloud.aws, cloud.images)
    return {image: {k: v for k, v in values.items() if k != "_HANDLER"} for image, values in found.items()}


@pytest.fixture(scope="module")
def extract(images, environments):
    with container(images["extract"], environments["extract"]) as running:
        yield running


@pytest.fixture(scope="module")
def trigger(images, environments):
    with container(images["trigger"], environments["trigger"]) as running:
        yield running


@pytest.fixture(scope="module")
def check(images, environments):
    with container(images["check"], environments["check"]) as running:
        yield running


@pytest.fixture(scope="module")
def landed(extract):
    """What extract answers to the schedule's event."""
    return extract.invoke({"time": f"{DAY}T00:00:00Z"})


@pytest.fixture(scope="module")
def batch(cloud, landed):
    """The event that Lambda makes of the messages about what landed; they stay in the queue."""
    sqs, queue = cloud.aws.client("sqs"), cloud.outputs["LandedQueue"]
    messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=0)["Messages"]
    return {"Records": [{"messageId": message["MessageId"], "body": message["Body"]} for message in messages]}


@pytest.fixture(scope="module")
def started(trigger, batch):
    """What trigger answers to it."""
    return trigger.invoke(batch)


@pytest.fixture(scope="module")
def processed(cloud, started):
    """The pipeline's executions, when they have ended."""
    with cloud.poll_queues():
        return wait_until_done(cloud)


def test_extract_lands_the_charts_of_a_scheduled_event(landed, cloud):
    listed = cloud.aws.client("s3").list_objects_v2(Bucket=cloud.outputs["DataBucket"], Prefix="raw/to_processed/")

    assert [(chart["chart"], chart["entries"]) for chart in landed["landed"]] == [("global", 50), ("us", 50)]
    assert [chart["key"] for chart in landed["landed"]] == [item["Key"] for item in listed["Contents"]]


def test_extract_refuses_an_event_that_it_cannot_read_and_says_what_to_send(extract):
    answer = extract.invoke({"time": "yesterday"})

    assert answer["errorType"] == "EventError"
    assert "time 'yesterday' is not a UTC time: send one like 2026-11-22T23:00:00Z" in answer["errorMessage"]


def test_trigger_starts_one_execution_for_the_batch(started, batch, processed):
    assert len([record for record in batch["Records"] if "to_processed" in record["body"]]) == 2
    assert started == {"batchItemFailures": []}
    assert len(processed) == 1


def test_trigger_gives_back_the_one_message_that_it_cannot_read(trigger):
    answer = trigger.invoke({"Records": [{"messageId": "m1", "body": "no JSON"}]})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert "m1: its body is not JSON" in trigger.logs()


def test_check_finds_nothing_wrong_with_what_the_pipeline_made(check, processed):
    assert [(execution.status, execution.cause) for execution in processed] == [("SUCCEEDED", "")]

    answer = check.invoke({})

    assert "errorType" not in answer, answer
    assert all(result["passed"] for result in answer["checks"])
    assert len(answer["checks"]) >= 17


def test_check_refuses_an_event_that_it_cannot_read_and_says_what_to_send(check):
    answer = check.invoke({"run": "the last one"})

    assert answer["errorType"] == "EventError"
    assert "send {} to check the whole lake" in answer["errorMessage"]


@pytest.mark.parametrize(
    ("image", "setting"), [("extract", "DATA_BUCKET"), ("trigger", "STATE_MACHINE_ARN"), ("check", "WORKGROUP")]
)
def test_a_function_without_a_setting_names_it(images, environments, image, setting):
    environment = {name: value for name, value in environments[image].items() if name != setting}

    with container(images[image], environment) as running:
        answer = running.invoke({})

    assert answer["errorType"] == "ConfigError"
    assert setting in answer["errorMessage"]
    assert "environment variable" in answer["errorMessage"]


@pytest.mark.parametrize("image", ["extract", "trigger", "check"])
def test_an_image_holds_code_and_locked_packages_and_nothing_of_the_folder_around(images, image):
    listed = docker("run", "--rm", "--entrypoint", "ls", images[image], "/var/task").split()

    assert listed == [f"chart_{image}", "requirements.txt"]


@pytest.mark.parametrize("image", ["extract", "trigger", "check"])
def test_a_lock_installs_on_arm64_too(tmp_path, image):
    lock = f"containers/{image}/requirements.txt"
    # Amazon Linux 2023 has glibc 2.34. Not a dry run: that compares no hashes.
    target = ["--python-version", "3.13", "--python-platform", "aarch64-manylinux_2_34", "--target", tmp_path]

    finished = subprocess.run(
        [UV, "pip", "install", "--no-cache", "--require-hashes", "--only-binary", ":all:", *target, "-r", lock],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
