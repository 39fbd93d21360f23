"""``top50 deploy`` and ``top50 destroy``: how they call the SAM CLI, and that it understands them."""

import re
import subprocess

import pytest
from botocore.exceptions import ClientError
from newcomer import ROOT
from samtranslator.yaml_helper import yaml_parse

import job_wheels
from top50 import sam
from top50.commands.deploy import STACK_NAME, STACK_NAME_RULE, deploy_arguments
from top50.errors import RefusedError
from top50.paths import TEMPLATE

ANSWERED = """
version = 0.1
[default.deploy.parameters]
stack_name = "charts-test"
region = "eu-central-1"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own for what is saved."""
    monkeypatch.setattr(sam, "DEPLOY", tmp_path)
    return tmp_path


def test_until_it_is_answered_it_asks_and_keeps_the_answers_beside_what_holds_for_all(folder):
    deploy_arguments("charts-test", interactive=True)

    arguments = deploy_arguments("charts-test", interactive=True)

    saved = folder / "samconfig.charts-test.toml"
    assert arguments == ["deploy", "--guided", "--stack-name", "charts-test", "--config-file", str(saved)]
    assert saved.read_text() == sam.COMMON.read_text()


def test_the_next_time_it_uses_the_answers(folder):
    saved = folder / "samconfig.charts-test.toml"
    saved.write_text(ANSWERED)

    assert deploy_arguments("charts-test", interactive=True) == ["deploy", "--config-file", str(saved)]


def test_the_answers_for_one_stack_are_not_those_for_another(folder):
    (folder / "samconfig.charts-test.toml").write_text(ANSWERED)

    assert "--guided" in deploy_arguments("charts", interactive=True)
    assert sam.saved_parameters("charts-test")["region"] == "eu-central-1"
    assert sam.saved_parameters("charts") == {}


def test_where_nobody_can_answer_it_deploys_with_what_it_was_given():
    assert deploy_arguments("charts", interactive=False) == [
        "deploy",
        "--stack-name",
        "charts",
        "--no-confirm-changeset",
    ]


def test_the_rule_for_names_is_the_templates():
    rule = yaml_parse(TEMPLATE.read_text())["Metadata"]["StackName"]

    assert (STACK_NAME.pattern, STACK_NAME_RULE) == (rule["AllowedPattern"], rule["ConstraintDescription"])


def test_without_credentials_nothing_is_built(top50, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert "AWS does not know who you are" in top50("deploy", "--stack", "charts").stderr


@pytest.fixture
def account(monkeypatch, tmp_path):
    """Somebody whom AWS knows, without a stack; what is done there is in its file ``calls``."""
    account = Account(tmp_path)
    monkeypatch.setattr("boto3.Session", lambda **_settings: account)
    return account


@pytest.fixture
def sam_cli(monkeypatch, tmp_path, account):
    """Let a script stand for the SAM CLI, which writes its calls down; on ``deploy``, a line of ours is run."""

    def script(on_deploy):
        (called := tmp_path / "sam").write_text(f"""#!/bin/sh
            echo "$@" >>{tmp_path}/calls
            if [ "$1" = deploy ]; then {on_deploy}; exit; fi
            mkdir -p {tmp_path}/.aws-sam/build && cp {TEMPLATE} {tmp_path}/.aws-sam/build/template.yaml
        """)
        called.chmod(0o700)
        monkeypatch.setattr(sam, "SAM", called)

    return script


def test_the_sam_cli_gets_what_follows_and_its_failure_is_ours(top50, sam_cli, account, tmp_path):
    sam_cli("false")

    finished = top50("deploy", "--stack", "charts", "--guided")

    assert account.calls() == [
        "build --parameter-overrides Architecture=x86_64",
        "deploy --stack-name charts --no-confirm-changeset --guided",
    ]
    assert finished.exit_code == 1
    assert "sam deploy ended with exit code 1" in finished.stderr


@pytest.mark.parametrize(
    ("saved", "options", "built"),
    [
        ("", [], yaml_parse(TEMPLATE.read_text())["Parameters"]["Architecture"]["Default"]),
        ('Charts=\\"all\\" Architecture=\\"arm64\\"', [], "arm64"),
        ('Architecture=\\"arm64\\"', ["--parameter-overrides", "Charts=us", "Architecture=x86_64"], "x86_64"),
        ("", ["--parameter-overrides", "ParameterKey=Architecture,ParameterValue=arm64"], "arm64"),
    ],
)
def test_images_are_built_for_the_processor_that_is_deployed(folder, saved, options, built):
    (folder / "samconfig.charts-test.toml").write_text(f'{ANSWERED}parameter_overrides = "{saved}"\n')

    assert sam.architecture("charts-test", options) == built


@pytest.mark.parametrize(
    ("inspected", "wanted", "refused"),
    [
        ('amd64 {"maintainer": "x"}', "x86_64", None),
        ("amd64 null", "arm64", "extract:latest was built for amd64, but Architecture is arm64"),
        ('amd64 {"stand-in": "python:3.13"}', "x86_64", "stands on a local stand-in: docker rmi python:3.13"),
    ],
)
def test_an_image_for_another_processor_or_on_a_stand_in_is_refused(folder, monkeypatch, inspected, wanted, refused):
    built = folder / ".aws-sam" / "build" / "template.yaml"
    built.parent.mkdir(parents=True)
    built.write_text("Resources:\n  ExtractFunction:\n    Properties:\n      ImageUri: extract:latest\n")
    docker = folder / "docker"
    docker.write_text(f"#!/bin/sh\n[ $5 = extract:latest ] && echo '{inspected}'\n")
    docker.chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))

    if refused is None:
        sam.refuse_images(wanted)
        return
    with pytest.raises(RefusedError, match=refused):
        sam.refuse_images(wanted)


def test_the_jobs_package_is_uploaded_when_a_new_stack_has_its_bucket_and_before_later_updates(
    top50, sam_cli, account, folder
):
    sam_cli(f"touch {folder}/stack")
    key = job_wheels.key_of(job_wheels.build())

    for _time in range(2):
        assert top50("deploy", "--stack", "charts").exit_code == 0

    build, deploy = "build --parameter-overrides Architecture=x86_64", "deploy --stack-name charts"
    assert [call.removesuffix(" --no-confirm-changeset") for call in account.calls()] == [
        *(build, deploy, f"put charts-data/{key}"),
        *(build, f"put charts-data/{key}", deploy),
    ]
    # The deployed job asks for it.
    assert f"s3://${{DataBucket}}/{key}" in sam.built_template().read_text()


def test_where_the_change_set_is_declined_there_is_nothing_to_upload_to(top50, sam_cli, account):
    sam_cli("true")

    assert "no stack charts in eu-central-1" in top50("deploy", "--stack", "charts").stderr
    assert not any(call.startswith("put") for call in account.calls())


def test_an_answer_that_the_images_were_not_built_for_is_an_error_that_says_so(top50, sam_cli, folder):
    (folder / "answered").write_text(f"{ANSWERED}parameter_overrides = 'Architecture=\"arm64\"'\n")
    sam_cli(f"cp {folder}/answered {folder}/samconfig.charts-test.toml")

    finished = top50("deploy", "--stack", "charts-test")

    assert "the images are for x86_64, the stack's Architecture is arm64: deploy once more" in finished.stderr


class Account:
    """A session of somebody whom AWS knows; the stack is there when the folder has a file ``stack``."""

    region_name = "eu-central-1"
    profile_name = "charts"

    def __init__(self, folder):
        self._folder = folder

    def calls(self):
        return (self._folder / "calls").read_text().splitlines()

    def client(self, _service):
        return self

    def get_caller_identity(self):
        return {"Account": "123456789012"}

    def describe_stacks(self, StackName):  # noqa: N803 - as boto3 calls it.
        if not (self._folder / "stack").exists():
            raise ClientError({"Error": {"Code": "ValidationError"}}, "DescribeStacks")
        outputs = [{"OutputKey": "DataBucket", "OutputValue": f"{StackName}-data"}]
        return {"Stacks": [{"StackStatus": "CREATE_COMPLETE", "Outputs": outputs}]}

    def put_object(self, Bucket, Key, Body):  # noqa: N803
        assert job_wheels.key_of(Body) == Key
        with (self._folder / "calls").open("a") as calls:
            calls.write(f"put {Bucket}/{Key}\n")


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("build", {"--parameter-overrides"}),
        ("deploy", {"--guided", "--stack-name", "--config-file", "--no-confirm-changeset"}),
        ("delete", {"--stack-name", "--region"}),
    ],
)
def test_sam_knows_every_option_that_we_use(command, options):
    helped = subprocess.run(
        [sam.SAM, command, "--help"], capture_output=True, text=True, check=True, timeout=120
    ).stdout

    assert options <= set(re.findall(r"--[a-z0-9-]+", helped))


def test_git_leaves_the_answers_alone():
    ignored = subprocess.run(["git", "check-ignore", "deploy/samconfig.charts-test.toml"], cwd=ROOT, check=False)

    assert ignored.returncode == 0
