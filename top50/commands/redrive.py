"""``top50 redrive``."""

import click

from top50.cli import aws_stack_option


@click.command()
@aws_stack_option
def redrive(stack: str) -> None:
    """Return dead letters to their queues, once what the functions failed on is fixed.

    \b
    Example: top50 redrive --stack spotify-top50
    """
    from top50.dead_letters import move
    from top50.pipeline import DEAD_LETTERS
    from top50.show import count
    from top50.stack import Stack

    found = Stack.find(stack)
    moved = sum(move(found, queue) for queue in DEAD_LETTERS)
    click.echo(f"{count(moved, 'dead letter')} back in the queue: top50 status" if moved else "No dead letters.")
