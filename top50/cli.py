"""``top50``: its commands, and the one place where errors become words.

A command's module is imported when the command is called, so that ``top50 --help`` starts at once.
"""

import os
import sys
from collections.abc import Callable
from datetime import date
from errno import ENOSPC
from importlib import import_module
from keyword import iskeyword
from typing import Any, TypeVar

import click

SECTIONS = {
    "On this machine": ("demo", "run", "cloud"),
    "The lake": ("sql", "report", "check", "add-csv", "import", "backfill", "purge", "reprocess"),
    "Spotify": ("doctor", "authorize", "fill-playlist"),
    "On AWS": ("deploy", "invoke", "status", "logs", "redrive", "verify", "drop-tables", "destroy"),
}
NO_CREDENTIALS = "Set AWS_PROFILE, or run `aws configure` or `aws sso login`"
NO_REGION = "Set AWS_REGION, for instance AWS_REGION=eu-central-1"

Command = TypeVar("Command", bound=Callable[..., Any])


class Ended(click.ClickException):
    """What a command ends with when it cannot do its work."""


class Stopped(Ended):
    """What it ends with when a person stopped it."""

    exit_code = 130


class Commands(click.Group):
    """The commands by section; their errors are put into words here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The names alone, for help and suggestions.
        self.commands = {name: click.Command(name) for names in SECTIONS.values() for name in names}

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, from the module of its name."""
        if cmd_name not in self.commands:
            return None
        name = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        command: click.Command = getattr(import_module(f"top50.commands.{name}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them by section."""
        for section, names in SECTIONS.items():
            commands = {name: self.get_command(ctx, name) for name in names}
            with formatter.section(section):
                formatter.write_dl([(name, it.get_short_help_str(100)) for name, it in commands.items() if it])

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it cannot do is said in words, and a fault of ours keeps its traceback."""
        sys.stdin = sys.stdin or open(os.devnull)  # noqa: PTH123, SIM115 - it stays open.
        # A proxy is for other machines, and the local cloud is on this one.
        if (direct := os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")) != "*":
            os.environ["no_proxy"] = f"{direct},127.0.0.1".lstrip(",")
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except KeyboardInterrupt:
            raise Stopped("Stopped.") from None
        except click.Abort:
            # Ctrl-C at a question, whose line has not ended.
            click.echo(err=True)
            raise Stopped("Stopped.") from None
        except BrokenPipeError:
            # Whoever reads has seen enough, as `head` has. Python, as it ends, must not try once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return None
        except Exception as error:
            if (words := in_words(error)) is None:
                raise
            raise (Stopped if getattr(error, "is_stop", False) else Ended)(words) from None


def in_words(error: Exception) -> str | None:
    """What to print for an error that is not a fault of ours; None for one that is."""
    for kind in type(error).__mro__:
        if put := WORDS.get(f"{kind.__module__}.{kind.__qualname__}"):
            return put(error)
    return None


def _os_error(error: Any) -> str | None:
    if error.errno == ENOSPC:
        return f"{error.filename or 'the disk'}: {error.strerror}"
    return f"{error.filename}: {error.strerror}" if error.filename else None


def _missing_package(error: Any) -> str | None:
    package = (error.name or "").partition(".")[0]
    if package in ("top50", "local_cloud") or package.startswith("chart_"):
        return None
    return (
        f"this command needs the Python package {package}, which is not installed here. In a checkout of the project, "
        "`make demo` installs all that is needed; by hand: python -m pip install -r requirements-dev.txt"
    )


# By name, so that no package has to be imported to be known.
WORDS: dict[str, Callable[[Any], str | None]] = {
    "top50.errors.Top50Error": str,
    "chart_extract.errors.ExtractError": str,
    "chart_report.history.NoChartError": str,
    "local_cloud.states.StateError": str,
    "local_cloud.aws.cloudformation.checks.DeploymentError": str,
    "chart_transform.errors.TransformError": str,
    "job_wheels.WheelsError": str,
    "botocore.exceptions.NoCredentialsError": lambda error: (
        f"AWS does not know who you are ({error}). {NO_CREDENTIALS}"
    ),
    "botocore.exceptions.PartialCredentialsError": lambda error: f"{error}. {NO_CREDENTIALS}",
    "botocore.exceptions.ProfileNotFound": lambda error: f"{error}. {NO_CREDENTIALS}",
    "botocore.exceptions.NoRegionError": lambda error: f"AWS does not know which region ({error}). {NO_REGION}",
    "botocore.exceptions.ClientError": lambda error: f"AWS refused: {error}",
    "botocore.exceptions.BotoCoreError": lambda error: f"AWS cannot be reached: {error}",
    "builtins.ModuleNotFoundError": _missing_package,
    "builtins.OSError": _os_error,
}


class ChartDate(click.ParamType[str]):
    """A chart's date, written as in paths and tables: 2026-11-22."""

    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check that there is such a date."""
        try:
            # fromisoformat reads 20261122 too, the job does not.
            if date.fromisoformat(value).isoformat() == value:
                return value
        except ValueError:
            pass
        self.fail(f"{value!r} is not a date: write it as 2026-11-22.", param, ctx)


CHART_DATE = ChartDate()


def _stack_option(default: str | None, meaning: str) -> Callable[[Command], Command]:
    return click.option("--stack", metavar="NAME", envvar="TOP50_STACK", default=default, help=meaning)


# Of a command that works on a local lake too, and of one for AWS only.
stack_option = _stack_option(None, "Work on this stack on AWS, not on the local lake.  [env: TOP50_STACK]")
aws_stack_option = _stack_option("spotify-top50", "The stack on AWS.  [env: TOP50_STACK; default: spotify-top50]")


@click.group("top50", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="spotify-top50-aws", message="%(version)s")
def main() -> None:
    """Keep the history of Spotify's Top 50 charts: on this machine, or on AWS.

    Commands work on the local lake, the one of your last `top50 demo` or `top50 run`. With --stack NAME, or
    TOP50_STACK in the environment, they work on a stack on AWS.

    \b
    Start with:       top50 demo
    Then ask:         top50 sql "select * from chart_latest"
    Shell completion: eval "$(_TOP50_COMPLETE=bash_source top50)"     (or zsh_source)
    """


if __name__ == "__main__":
    main()
