"""``make deploy`` and ``make destroy``: which way they call the SAM CLI, and that it understands them."""

import re
import subprocess
from pathlib import Path

import pytest

from chart_stack import settings
from chart_stack.__main__ import main
from chart_stack.deploy import deploy_arguments

ROOT = Path(__file__).parents[2]
SAM = ROOT / ".venv-sam" / "bin" / "sam"
ANSWERED = """
version = 0.1
[default.deploy.parameters]
stack_name = "charts-test"
region = "eu-central-1"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder of its own for what is saved."""
    monkeypatch.setattr(settings, "DEPLOY", tmp_path)
    return tmp_path


def test_the_first_time_it_asks_and_keeps_the_answers_beside_what_holds_for_all(folder):
    arguments = deploy_arguments("charts-test", interactive=True)

    saved = folder / "samconfig.charts-test.toml"
    assert arguments == ["deploy", "--guided", "--stack-name", "charts-test", "--config-file", str(saved)]
    assert saved.read_text() == settings.COMMON.read_text()


def test_questions_that_were_not_answered_are_asked_again():
    deploy_arguments("charts-test", interactive=True)

    assert "--guided" in deploy_arguments("charts-test", interactive=True)


def test_the_next_time_it_uses_the_answers(folder):
    saved = folder / "samconfig.charts-test.toml"
    saved.write_text(ANSWERED)

    assert deploy_arguments("charts-test", interactive=True) == ["deploy", "--config-file", str(saved)]


def test_the_answers_for_one_stack_are_not_those_for_another(folder):
    (folder / "samconfig.charts-test.toml").write_text(ANSWERED)

    assert "--guided" in deploy_arguments("charts", interactive=True)
    assert settings.saved_parameters("charts-test")["region"] == "eu-central-1"
    assert settings.saved_parameters("charts") == {}


def test_where_nobody_can_answer_it_deploys_with_what_it_was_given():
    assert deploy_arguments("charts", interactive=False) == [
        "deploy",
        "--stack-name",
        "charts",
        "--no-confirm-changeset",
    ]


def told(*arguments):
    """What a command ends with that is not even begun."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    return str(ended.value)


def test_a_name_that_would_not_fit_is_refused_before_anything_is_built():
    message = told("--stack", "Spotify_Top50", "deploy")

    assert message.startswith("STACK=Spotify_Top50 is no name for a stack: small letters, digits and hyphens")


def test_without_credentials_nothing_is_built(monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    assert "AWS does not know who you are" in told("--stack", "charts", "deploy")


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("deploy", {"--guided", "--stack-name", "--config-file", "--no-confirm-changeset"}),
        ("delete", {"--stack-name", "--region"}),
    ],
)
def test_sam_knows_every_option_that_we_use(command, options):
    helped = subprocess.run([SAM, command, "--help"], capture_output=True, text=True, check=True, timeout=120).stdout

    assert options <= set(re.findall(r"--[a-z0-9-]+", helped))


def test_git_leaves_the_answers_alone():
    ignored = subprocess.run(["git", "check-ignore", "deploy/samconfig.charts-test.toml"], cwd=ROOT, check=False)

    assert ignored.returncode == 0
