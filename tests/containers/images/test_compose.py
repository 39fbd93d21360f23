"""``make up`` and ``make down``, as a user runs them."""

import os
import re
import socket
import subprocess
import uuid

import pytest
from containers.images.docker_engine import docker
from newcomer import ROOT, shell

pytestmark = pytest.mark.containers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def settings(base_images):
    """A project name and a port of this test's own, beside whatever else runs."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "COMPOSE_PROJECT_NAME": f"test-{uuid.uuid4().hex[:8]}", "PORT": str(free_port()), "COLUMNS": "120"}


def make(target, settings):
    return subprocess.run(
        ["make", target], cwd=ROOT, env=settings, capture_output=True, text=True, timeout=1500, check=False
    )


@pytest.fixture(scope="module")
def up(settings):
    finished = make("up", settings)
    yield finished
    make("down", settings)


def everything_of(settings):
    """What Docker holds for the project: containers, networks, volumes."""
    ours = f"label=com.docker.compose.project={settings['COMPOSE_PROJECT_NAME']}"
    return [
        docker(*kind, "--filter", ours, "--quiet").split()
        for kind in (("ps", "--all"), ("network", "ls"), ("volume", "ls"))
    ]


def test_up_ends_with_what_the_demo_ends_with(up):
    assert up.returncode == 0, up.stdout[-5000:] + up.stderr[-5000:]
    assert "2,100 chart_entry" in up.stdout
    assert "42 chart_load; 14 dates" in up.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", up.stdout)
    positions = re.findall(r"^ *(\d+) +(?:new|re-entry|up|down|same) +\S", up.stdout, re.MULTILINE)
    assert positions == [str(position) for position in range(1, 11)]


def test_the_cloud_goes_on_where_up_says(up, settings):
    exported = dict(re.findall(r"^export (\w+)=(\S+)", up.stdout, re.MULTILINE))
    assert exported["AWS_ENDPOINT_URL"] == f"http://127.0.0.1:{settings['PORT']}"

    [command] = re.findall(r"^Then, for instance: (.*)$", up.stdout, re.MULTILINE)
    asked = shell(command, "home", **exported)

    assert asked.returncode == 0, asked.stderr
    assert "(42 rows from the stack spotify-top50 in us-east-1, http://127.0.0.1:" in asked.stdout


def test_the_functions_ran_in_their_containers(up, settings):
    project = settings["COMPOSE_PROJECT_NAME"]
    said = {}
    for image in ("extract", "trigger", "check"):
        labels = (f"com.docker.compose.project={project}", f"com.docker.compose.service={image}")
        [container] = docker(
            "ps", "--quiet", *[word for label in labels for word in ("--filter", f"label={label}")]
        ).split()
        said[image] = subprocess.run(
            ["docker", "logs", container], capture_output=True, text=True, timeout=60, check=True
        ).stdout

    assert said["extract"].count('"message":"charts extracted"') == 14
    assert '"message":"execution started"' in said["trigger"]
    assert '"message":"lake checked"' in said["check"]


def test_down_leaves_nothing(up, settings):
    assert all(everything_of(settings))

    down = make("down", settings)

    assert down.returncode == 0, down.stderr
    assert everything_of(settings) == [[], [], []]
