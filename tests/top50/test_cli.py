"""The command line itself: help, suggestions, exit codes, and errors in words."""

import re
import subprocess
import sys

import click
import pytest
from botocore.exceptions import ClientError, NoCredentialsError, NoRegionError
from newcomer import ROOT, shell

from chart_extract.errors import ConfigError
from top50.cli import SECTIONS, main
from top50.errors import FailedError, StoppedError

NAMES = [name for names in SECTIONS.values() for name in names]


def test_help_lists_every_command_by_what_it_is_for(top50):
    printed = top50("--help").stdout

    for section, names in SECTIONS.items():
        assert f"\n{section}:\n" in printed
        for name in names:
            assert re.search(rf"^  {name} +[A-Z]", printed, re.MULTILINE), name
    modules = {path.stem.rstrip("_").replace("_", "-") for path in (ROOT / "top50" / "commands").glob("[a-z]*.py")}
    assert modules == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_help_of_a_command_says_what_it_does_with_an_example(top50, name):
    printed = top50(name, "--help").stdout

    assert re.search(rf"Examples?: +.*top50 {name}", printed)


def test_help_loads_nothing_heavy():
    heavy = ["boto3", "botocore", "rich", "duckdb", "pyarrow", "pandas", "moto", "pyspark", "spotipy", "sqlglot"]
    loaded = "import sys; from top50.cli import main; main(['--help'], standalone_mode=False)"
    program = f"{loaded}; print([it for it in {heavy} if it in sys.modules])"

    finished = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)

    assert finished.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["purg"], "Did you mean 'purge'?"),
        (["repot"], "Did you mean 'report'?"),
        (["purge", "--befor", "x"], "Did you mean '--before'?"),
        (["purge"], "Say what to remove: --before, --date or --chart."),
        (["purge", "--before", "yesterday"], "'yesterday' is not a date: write it as 2026-11-22."),
        (["purge", "--before", "20260101"], "'20260101' is not a date"),
        (["purge", "--before", "2026-01-01", "--date", "2025-12-31"], "Give --before or --date, not both."),
        (["backfill"], "Missing argument 'FOLDER'"),
        (["backfill", "no/such/folder"], "there is no folder"),
        (["backfill", ".", "--chart", "top 50"], "top 50 is not a name for a chart"),
        (["reprocess", "--to", "2026-11-22"], "Missing option '--from'"),
        (["reprocess", "--from", "2026-11-23", "--to", "2026-11-22"], "2026-11-23 is after --to 2026-11-22"),
        (["reprocess", "--from", "20261122", "--to", "2026-11-22"], "'20261122' is not a date"),
        (["reprocess", "--from", "2026-11-22", "--to", "2026-11-31"], "'2026-11-31' is not a date"),
        (["invoke", "global"], 'write \'{"charts": ["global"]}\''),
        (["invoke", "[]"], "it is not a JSON object"),
        (["logs", "--since", "yesterday"], "yesterday is not a length of time: write 30m, 2h or 1d"),
        (["demo", "--date", "nonsense"], "'nonsense' is not a date: write it as 2026-11-22"),
        (["demo", "--catalog", "hive"], "'hive' is not one of 'crawler', 'projection'"),
        (["demo", "--cloud", "http://127.0.0.1:4566"], "--cloud and --spotify go together"),
        (["add-csv"], "Missing argument 'FILES...'"),
        (["add-csv", "no.csv"], "'no.csv' does not exist"),
        (["add-csv", "/"], "'/' is a directory"),
        (["deploy", "--stack", "Spotify_Top50"], "is not a name for a stack: small letters, digits and hyphens"),
    ],
)
def test_wrong_words_end_a_command_before_anything_is_opened(top50, arguments, problem):
    finished = top50(*arguments)

    assert finished.exit_code == 2
    assert problem in finished.stderr


def test_the_shell_completes_commands():
    finished = shell("_TOP50_COMPLETE=bash_complete COMP_WORDS='top50 re' COMP_CWORD=1 top50", "home")

    assert finished.stdout.split() == ["plain,redrive", "plain,report", "plain,reprocess"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("demo", "run", "cloud", "fill-playlist")])
def test_every_command_for_a_stack_takes_it_from_the_option_or_the_environment(name):
    command = main.get_command(click.Context(main), name)

    [option] = [it for it in command.params if it.name == "stack"]
    assert option.envvar == "TOP50_STACK"
    # A command for AWS only has a default.
    assert (option.default == "spotify-top50") is (name in SECTIONS["On AWS"])


@pytest.fixture
def raising(monkeypatch, top50):
    """A command that raises."""

    def run(error):
        @click.command()
        def sql():
            raise error

        monkeypatch.setattr("top50.commands.sql.sql", sql)
        return top50("sql")

    return run


DENIED = ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "GetObject")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (FailedError("it failed"), 1, "Error: it failed"),
        (StoppedError("gone"), 130, "Error: gone"),
        (KeyboardInterrupt(), 130, "Error: Stopped."),
        (click.Abort(), 130, "Error: Stopped."),
        (ConfigError("set CHARTS"), 1, "Error: set CHARTS"),
        (NoCredentialsError(), 1, "AWS does not know who you are"),
        (NoRegionError(), 1, "Set AWS_REGION"),
        (DENIED, 1, "AWS refused: An error occurred (AccessDenied)"),
        (ModuleNotFoundError("no", name="pyspark.sql"), 1, "needs the Python package pyspark"),
        (FileNotFoundError(2, "No such file", "x.csv"), 1, "Error: x.csv: No such file"),
    ],
)
def test_an_error_ends_a_command_in_words_and_with_its_exit_code(raising, error, code, words):
    finished = raising(error)

    assert finished.exit_code == code
    assert words in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.parametrize("error", [ModuleNotFoundError("no", name="top50.nothing"), ValueError("a fault of ours")])
def test_a_fault_of_ours_keeps_its_traceback(raising, error):
    with pytest.raises(type(error)):
        raising(error)


AWS_ONLY = """
import importlib.abc, sys

class Missing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"pyspark", "pyarrow", "duckdb", "moto", "pandas", "spotipy", "samtranslator"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from top50.cli import main
main(sys.argv[1:])
"""


def with_few_packages(*arguments):
    """Run a command on a stack, where only what commands for AWS need is installed and nobody answers for AWS."""
    aws = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_REGION": "eu-central-1", "AWS_MAX_ATTEMPTS": "1"}
    keys = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    command = [sys.executable, "-c", AWS_ONLY, *arguments, "--stack", "charts"]
    return subprocess.run(command, cwd=ROOT, env=aws | keys, capture_output=True, text=True, check=False).stderr


@pytest.mark.parametrize(
    "command",
    [
        *["status", "invoke", "logs", "redrive", "verify", "drop-tables", "check", "sql select"],
        *["backfill docs", "purge --before 2026-01-01"],
    ],
)
def test_commands_on_aws_need_few_packages(command):
    assert with_few_packages(*command.split()).startswith("Error: AWS cannot be reached")


def test_a_command_that_needs_more_says_how_to_install_it():
    told = with_few_packages("authorize")

    assert "Error: this command needs the Python package spotipy" in told
    assert "make demo" in told
