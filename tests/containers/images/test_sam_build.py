"""``sam build``, the first half of ``top50 deploy``: from the template to images that Lambda would start."""

import json
import os
import subprocess

import pytest
from containers.images.docker_engine import ROOT, docker
from samtranslator.yaml_helper import yaml_parse

from local_cloud.dockerfile import handler_of

pytestmark = pytest.mark.containers

SAM = ROOT / ".venv-sam" / "bin" / "sam"
IMAGES = {"ExtractFunction": "extract", "TriggerFunction": "trigger", "CheckFunction": "check"}


@pytest.fixture(scope="module")
def built(base_images, tmp_path_factory):
    """What SAM built, by the functions' names in the template; the images are removed in the end."""
    folder = tmp_path_factory.mktemp("sam-build")
    done = subprocess.run(
        [SAM, "build", "--build-dir", folder],
        cwd=ROOT / "deploy",
        env={**os.environ, "SAM_CLI_TELEMETRY": "0"},
        capture_output=True,
        text=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    resources = yaml_parse((folder / "template.yaml").read_text())["Resources"]
    tags = {name: resource["Properties"].get("ImageUri") for name, resource in resources.items() if name in IMAGES}
    yield tags
    docker("rmi", *filter(None, tags.values()))


def test_it_makes_an_image_of_each_function(built):
    assert built.keys() == IMAGES.keys()
    assert all(built.values())


@pytest.mark.parametrize("function", IMAGES)
def test_the_image_starts_the_handler_that_the_local_cloud_runs(built, function):
    [image] = json.loads(docker("inspect", built[function]))

    assert image["Config"]["Cmd"] == [handler_of(ROOT / "containers" / IMAGES[function] / "Dockerfile")]
