"""``top50 invoke``."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from top50.cli import aws_stack_option


@click.command()
@click.argument("event", required=False)
@aws_stack_option
def invoke(event: str | None, stack: str) -> None:
    """Extract charts now, as the schedule does every day.

    EVENT is JSON for the extract function; without one, all configured charts are extracted.

    \b
    Example: top50 invoke '{"charts": ["global"]}' --stack spotify-top50
    """
    from top50.stack import Stack

    sent = _parsed(event)
    _show(Stack.find(stack).invoke("ExtractFunction", sent))


def _parsed(event: str | None) -> dict[str, Any]:
    if not event:
        return {"time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"}
    try:
        found = json.loads(event)
    except ValueError as error:
        raise click.BadParameter(
            f'it is not JSON ({error}); write \'{{"charts": ["global"]}}\'.', param_hint="EVENT"
        ) from None
    if not isinstance(found, dict):
        raise click.BadParameter('it is not a JSON object; write \'{"charts": ["global"]}\'.', param_hint="EVENT")
    return found


def _show(result: dict[str, Any]) -> None:
    if "landed" not in result:
        # The answer to an event of another kind, such as {"doctor": true}.
        click.echo(json.dumps(result, indent=2, ensure_ascii=False))
        return
    for chart in result["landed"]:
        same = ", the same as the one before" if chart["chart"] in result.get("unchanged", []) else ""
        click.echo(f"landed   {chart['chart']:10} {chart['key']}  {chart['entries']} entries{same}")
    for chart in result["skipped"]:
        click.echo(f"skipped  {chart['chart']:10} {chart['key']}  has landed before")
    if result["landed"]:
        click.echo("The pipeline starts when the batch's window is over: top50 status")
