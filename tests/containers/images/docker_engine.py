"""Docker's commands, and a function's container, for these tests."""

import json
import subprocess
from contextlib import contextmanager
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter

from local_cloud.aws.awslambda.container import INVOCATIONS, WHILE_IT_STARTS

ROOT = Path(__file__).parents[3]


def docker(*arguments, timeout=600):
    """What a Docker command prints; its error ends the test."""
    finished = subprocess.run(
        ["docker", *arguments], capture_output=True, text=True, timeout=timeout, check=False, cwd=ROOT
    )
    assert finished.returncode == 0, (
        f"docker {' '.join(arguments)}:\n{finished.stdout[-3000:]}{finished.stderr[-3000:]}"
    )
    return finished.stdout.strip()


class FunctionContainer:
    """A running container of a function's image; events go to the emulator in it, as Lambda would send them."""

    def __init__(self, container):
        self.id = container
        self.address = docker("inspect", "--format", "{{.NetworkSettings.IPAddress}}", container)
        self._session = requests.Session()
        self._session.mount("http://", HTTPAdapter(max_retries=WHILE_IT_STARTS))

    def invoke(self, event):
        """What comes back, a result or an error, as it is."""
        answered = self._session.post(f"http://{self.address}:8080{INVOCATIONS}", data=json.dumps(event), timeout=120)
        return answered.json()

    def logs(self):
        finished = subprocess.run(["docker", "logs", self.id], capture_output=True, text=True, timeout=60, check=True)
        return finished.stdout + finished.stderr

    def remove(self):
        self._session.close()
        docker("rm", "--force", "--volumes", self.id)


@contextmanager
def container(image, environment):
    """The image, run with its own entry point and command."""
    variables = [word for name, value in environment.items() for word in ("--env", f"{name}={value}")]
    running = FunctionContainer(docker("run", "--detach", *variables, image))
    try:
        yield running
    finally:
        running.remove()
