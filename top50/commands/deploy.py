"""``top50 deploy``."""

import re
import shutil
import sys
from collections.abc import Sequence

import click

from top50.cli import aws_stack_option

# As in the template's metadata, which the local cloud reads; a test compares.
STACK_NAME = re.compile("[a-z][a-z0-9-]{0,29}")
STACK_NAME_RULE = (
    "small letters, digits and hyphens, a letter first, at most 30: "
    "a bucket's name holds it, the account and the region"
)


@click.command(context_settings={"ignore_unknown_options": True})
@aws_stack_option
@click.argument("sam_options", nargs=-1, type=click.UNPROCESSED)
def deploy(stack: str, sam_options: tuple[str, ...]) -> None:
    """Build the images and the job's package, then create the stack on AWS, or update it.

    The SAM CLI asks for the stack's parameters the first time, and shows what it is going to change. The answers are
    kept beside the template; region and profile among them count for all commands with that --stack. SAM_OPTIONS go to
    `sam deploy`: --guided asks again.

    \b
    Example: AWS_PROFILE=charts AWS_REGION=eu-central-1 top50 deploy --stack spotify-top50
    """
    import job_wheels
    from top50.errors import FailedError
    from top50.job_code import name_in_built_template, upload
    from top50.sam import architecture, refuse_images, run_sam
    from top50.stack import place_of, session_for

    check_name(stack)
    session = session_for(stack)
    # Asked first: without credentials the images would be built for nothing.
    account = session.client("sts").get_caller_identity()["Account"]
    click.echo(f"Stack {stack} goes to account {account}, {place_of(session)}.")
    built_for = architecture(stack, sam_options)
    run_sam(["build", "--parameter-overrides", f"Architecture={built_for}"])
    refuse_images(built_for)
    code = job_wheels.build()
    name_in_built_template(job_wheels.key_of(code))
    # Before the job asks for it; but a new stack has no bucket yet.
    uploaded = upload(stack, code)
    run_sam([*deploy_arguments(stack, interactive=sys.stdin.isatty()), *sam_options])
    if not uploaded and not upload(stack, code):
        click.echo(f"There is no stack {stack} in {place_of(session)}: the job's package is not uploaded.", err=True)
    # With --guided, SAM asks when the images are built.
    if (answered := architecture(stack, sam_options)) != built_for:
        raise FailedError(f"the images are for {built_for}, the stack's Architecture is {answered}: deploy once more")


def check_name(stack: str) -> None:
    """Refuse a name that would not fit the resources named after it; CloudFormation would find out half-way."""
    if not STACK_NAME.fullmatch(stack):
        raise click.BadParameter(f"{stack} is not a name for a stack: {STACK_NAME_RULE}.", param_hint="--stack")


def deploy_arguments(stack: str, *, interactive: bool) -> Sequence[str]:
    """How to call ``sam deploy``: with the saved answers, asking for them, or, where nobody can answer, as it is."""
    from top50.sam import COMMON, saved_parameters, saved_settings

    if saved_parameters(stack):
        return ["deploy", "--config-file", str(saved_settings(stack))]
    if interactive:
        # The answers are added to what holds for every stack.
        shutil.copyfile(COMMON, saved_settings(stack))
        return ["deploy", "--guided", "--stack-name", stack, "--config-file", str(saved_settings(stack))]
    return ["deploy", "--stack-name", stack, "--no-confirm-changeset"]
