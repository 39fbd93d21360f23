"""``make destroy``: remove the stack, and say what stays and how to remove that."""

from collections.abc import Sequence

from rich.console import Console

from chart_stack.errors import StackError
from chart_stack.sam import run_sam
from chart_stack.stack import Stack


def destroy(stack: Stack, console: Console, more: Sequence[str]) -> None:
    """Run ``sam delete``, which asks first; ``more`` are further arguments for it."""
    kept = _kept(stack)
    run_sam(["delete", "--stack-name", stack.name, "--region", stack.session.region_name, *more])
    if _is_there(stack):
        console.print(f"Stack {stack.name} is still there.")
    else:
        console.print(f"Stack {stack.name} is gone. Kept, because they cannot be made again:\n{kept}")


def _kept(stack: Stack) -> str:
    bucket, secret = stack.output("DataBucket"), stack.output("SpotifySecret")
    return f"""\
  the history of the charts   s3://{bucket}
  your Spotify credentials    {secret}
A new stack of this name does not start beside them: move or remove them before. To remove them for good:
  aws s3 rb --force s3://{bucket}   (old versions: empty the bucket in the S3 console)
  aws secretsmanager delete-secret --force-delete-without-recovery --secret-id {secret}"""


def _is_there(stack: Stack) -> bool:
    try:
        Stack.find(stack.name, stack.session)
    except StackError:
        return False
    return True
