"""``top50 destroy``."""

import click

from top50.cli import aws_stack_option

KEPT = """\
Stack {stack} is gone. These are kept, because they cannot be made again:
  the history of the charts   s3://{bucket}
  your Spotify credentials    {secret}
A new stack of this name cannot be created beside them: move or remove them first. To remove them for good:
  aws s3 rb --force s3://{bucket}   (old versions: empty the bucket in the S3 console)
  aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {secret}"""


@click.command(context_settings={"ignore_unknown_options": True})
@aws_stack_option
@click.argument("sam_options", nargs=-1, type=click.UNPROCESSED)
def destroy(stack: str, sam_options: tuple[str, ...]) -> None:
    """Remove the stack from AWS, and say what is kept and where.

    The history of the charts and the Spotify credentials are kept. SAM_OPTIONS go to `sam delete`, which asks first.

    \b
    Example: top50 destroy --stack spotify-top50
    """
    from top50.errors import FailedError, StackError
    from top50.sam import run_sam
    from top50.stack import Stack, session_for

    found = Stack.find(stack)
    bucket, secret = found.output("DataBucket"), found.output("SpotifySecret")
    run_sam(["delete", "--stack-name", stack, "--region", session_for(stack).region_name, *sam_options])
    try:
        Stack.find(stack)
    except StackError:
        click.echo(KEPT.format(stack=stack, bucket=bucket, secret=secret))
    else:
        raise FailedError(f"stack {stack} is still there")
