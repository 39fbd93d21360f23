"""Docker and our images, or the reason why there are none."""

import os
import shutil
import subprocess

import pytest
from containers.images.docker_engine import ROOT, docker


def why_there_is_no_docker():
    if shutil.which("docker") is None:
        return "there is no docker command"
    answered = subprocess.run(["docker", "info"], capture_output=True, text=True, timeout=60, check=False)
    return f"the Docker engine does not answer: {answered.stderr.strip()}" if answered.returncode else None


@pytest.fixture(scope="session")
def base_images():
    """The base images that our Dockerfiles name. Without Docker the test is skipped, or fails with REQUIRE_DOCKER=1."""
    reason = why_there_is_no_docker()
    if reason and os.environ.get("REQUIRE_DOCKER"):
        pytest.fail(reason)
    if reason:
        pytest.skip(reason)
    made = subprocess.run(
        [ROOT / "containers" / "base_images" / "make.sh"], capture_output=True, text=True, timeout=1200, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.fixture(scope="session")
def images(base_images):
    """Our three images, each built from its own folder alone; their tags by name."""
    tags = {name: f"spotify-top50/{name}" for name in ("extract", "trigger", "check")}
    for name, tag in tags.items():
        docker("build", "--quiet", "--tag", tag, f"containers/{name}", timeout=1200)
    return tags
