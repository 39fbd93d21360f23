"""``python -m chart_stack COMMAND``: what the Makefile's targets call. Reads arguments and prints errors; no logic."""

import argparse
import shlex
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)
from rich.console import Console

from chart_stack.deploy import deploy
from chart_stack.destroy import destroy
from chart_stack.drop_tables import drop_tables
from chart_stack.errors import CommandError
from chart_stack.invoke import invoke
from chart_stack.logs import logs
from chart_stack.redrive import redrive
from chart_stack.reprocess import reprocess
from chart_stack.settings import saved_parameters
from chart_stack.stack import Stack
from chart_stack.status import status

NO_CREDENTIALS = "set AWS_PROFILE, or run `aws configure` or `aws sso login`; the account is the one to deploy to"
NO_REGION = "set AWS_REGION, for instance AWS_REGION=eu-central-1"


def main(argv: Sequence[str]) -> None:
    """Run one command; its errors end it with what to do."""
    arguments = _parse(argv)
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    try:
        _run(arguments, console)
    except CommandError as error:
        raise SystemExit(str(error)) from None
    except (NoCredentialsError, PartialCredentialsError, ProfileNotFound) as error:
        raise SystemExit(f"AWS does not know who you are ({error}): {NO_CREDENTIALS}") from None
    except NoRegionError as error:
        raise SystemExit(f"AWS does not know where ({error}): {NO_REGION}") from None
    except (ClientError, BotoCoreError) as error:
        raise SystemExit(f"AWS refused or cannot be reached: {error}") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _parse(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="chart_stack", allow_abbrev=False)
    parser.add_argument("--stack", required=True)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("deploy", "destroy"):
        commands.add_parser(name).add_argument("--more", default="", help="further arguments of the SAM CLI")
    commands.add_parser("invoke").add_argument("--event", default="")
    commands.add_parser("status").add_argument("--last", type=int, default=10)
    commands.add_parser("logs").add_argument("--since", default="1h")
    commands.add_parser("drop-tables")
    commands.add_parser("redrive")
    dates = commands.add_parser("reprocess")
    dates.add_argument("--from", dest="first", default="")
    dates.add_argument("--to", dest="last", default="")
    return parser.parse_args(argv)


def _run(arguments: argparse.Namespace, console: Console) -> None:
    # What was answered to `make deploy` counts from then on; None leaves it to the environment.
    session = boto3.Session(region_name=saved_parameters(arguments.stack).get("region"))
    if arguments.command == "deploy":
        deploy(arguments.stack, session, console, shlex.split(arguments.more))
        return
    stack = Stack.find(arguments.stack, session)
    match arguments.command:
        case "destroy":
            destroy(stack, console, shlex.split(arguments.more))
        case "invoke":
            invoke(stack, console, arguments.event)
        case "status":
            status(stack, console, arguments.last)
        case "logs":
            logs(stack, console, arguments.since)
        case "drop-tables":
            drop_tables(stack, console)
        case "redrive":
            redrive(stack, console)
        case "reprocess":
            reprocess(stack, console, arguments.first, arguments.last)


if __name__ == "__main__":
    main(sys.argv[1:])
