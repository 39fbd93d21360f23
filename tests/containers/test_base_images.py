"""The script that provides base images, with a Docker that can pull nothing: what it says to whom."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "containers" / "base_images" / "make.sh"
OFFLINE = """#!/bin/sh
case "$1" in
    info) exit 0 ;;
    pull) echo "no such host" >&2 ;;
esac
exit 1
"""


@pytest.fixture
def tools(tmp_path):
    """A folder of programs; what is put into it comes before the machine's own."""
    tmp_path.chmod(0o755)

    def add(name, script):
        program = tmp_path / name
        program.write_text(script)
        program.chmod(0o755)
        return tmp_path

    return add


def run(folder, **options):
    # Without /usr/sbin, where debootstrap is.
    environment = {"PATH": f"{folder}:/usr/local/bin:/usr/bin:/bin", "HOME": os.environ["HOME"]}
    return subprocess.run(
        [SCRIPT], env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False, **options
    )


def test_images_that_are_there_are_left_alone(tools):
    finished = run(tools("docker", "#!/bin/sh\n"))

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")


def test_an_engine_that_does_not_answer_is_named(tools):
    finished = run(tools("docker", "#!/bin/sh\nexit 1\n"))

    assert finished.returncode == 1
    assert "the Docker engine does not answer: start it" in finished.stderr


@pytest.mark.parametrize(("user", "advice"), [("1000", "needs root: sudo"), ("0", "apt-get install debootstrap")])
def test_what_cannot_be_pulled_says_why_and_what_is_needed_to_make_it(tools, user, advice):
    folder = tools("docker", OFFLINE)
    tools("id", f"#!/bin/sh\necho {user}\n")

    finished = run(folder)

    assert finished.returncode == 1
    assert "public.ecr.aws/lambda/python:3.13: it cannot be pulled" in finished.stdout
    assert "no such host" in finished.stderr
    assert advice in finished.stderr
