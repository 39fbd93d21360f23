"""``make deploy``: build the images, then create or update the stack; what sam asks the first time is kept."""

import re
import shutil
import sys
from collections.abc import Sequence

import boto3
from rich.console import Console
from samtranslator.yaml_helper import yaml_parse

from chart_stack.errors import CommandError
from chart_stack.sam import run_sam
from chart_stack.settings import COMMON, TEMPLATE, saved_parameters, saved_settings


def deploy(stack: str, session: boto3.Session, console: Console, more: Sequence[str]) -> None:
    """Build and deploy; ``more`` are further arguments of ``sam deploy``."""
    check_name(stack)
    # Asked first: without credentials the images would be built for nothing.
    account = session.client("sts").get_caller_identity()["Account"]
    console.print(f"Stack {stack} goes to account {account}, region {session.region_name}.")
    run_sam(["build"])
    run_sam([*deploy_arguments(stack, interactive=sys.stdin.isatty()), *more])


def check_name(stack: str) -> None:
    """Refuse a name that would not fit the resources named after it; CloudFormation would find out half-way."""
    rule = yaml_parse(TEMPLATE.read_text())["Metadata"]["StackName"]
    if not re.fullmatch(rule["AllowedPattern"], stack):
        raise CommandError(f"STACK={stack} is no name for a stack: {rule['ConstraintDescription']}")


def deploy_arguments(stack: str, *, interactive: bool) -> list[str]:
    """How to call ``sam deploy``: with the saved answers, asking for them, or, where nobody can answer, as it is."""
    if saved_parameters(stack):
        return ["deploy", "--config-file", str(saved_settings(stack))]
    if interactive:
        # The answers are added to what holds for every stack.
        shutil.copyfile(COMMON, saved_settings(stack))
        return ["deploy", "--guided", "--stack-name", stack, "--config-file", str(saved_settings(stack))]
    return ["deploy", "--stack-name", stack, "--no-confirm-changeset"]
