"""``top50 verify``."""

from typing import TYPE_CHECKING

import click

from top50.cli import aws_stack_option

if TYPE_CHECKING:
    from rich.console import Console

    from top50.verify.journey import Journey

WARNING = """\
It sends an invented chart and two broken files of {day} through the pipeline, and removes them again. For the broken
files, the failure topic and alarms send messages: tell those who subscribe."""


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@aws_stack_option
def verify(yes: bool, stack: str) -> None:
    """Prove that a deployed stack works: send an invented chart through all of it, and remove it again.

    Each step prints what it saw or, if it failed, what AWS said and what to do. A record in Markdown follows, to paste
    into an issue: without account ids and names. Logs and executions stay; everything else is removed. The exit code is
    0 when every step was ok.

    \b
    Example: top50 verify --stack spotify-top50
    """
    from top50.errors import RefusedError, StoppedError
    from top50.show import can_ask, console
    from top50.stack import Stack
    from top50.verify.chart import free_date
    from top50.verify.cleanup import clean_up, landed, remove_messages
    from top50.verify.journey import Journey

    out, found = console(), Stack.find(stack)
    out.print(found.place)
    try:
        if landed(found):
            out.print("An earlier verification was interrupted: its files are removed first.")
            clean_up(Journey(found, ""), out.print, events_wait=True)
        journey = Journey(found, free_date(found))
        out.print(WARNING.format(day=journey.day))
        if not yes and not can_ask():
            raise RefusedError("nothing was verified: nobody can be asked here. To agree: --yes")
        if not yes and not click.confirm("Go on?"):
            raise RefusedError("nothing was verified")
        remove_messages(found)
        _verify(out, journey)
    except KeyboardInterrupt:
        raise StoppedError("Stopped. If files are left, the next top50 verify removes them") from None


def _verify(out: "Console", journey: "Journey") -> None:
    """Run the steps, clean up whatever happens, and print the record."""
    from datetime import UTC, datetime
    from functools import partial

    from botocore.exceptions import ClientError

    from top50.errors import FailedError
    from top50.verify.cleanup import clean_up
    from top50.verify.record import record
    from top50.verify.steps import Outcome, take, timed

    began, outcomes = datetime.now(UTC), list[Outcome]()

    def end(outcome: Outcome) -> None:
        outcomes.append(outcome)
        took = f"{datetime.now(UTC):%H:%M:%S}  {outcome.state:<7}  {outcome.name:<9}  {outcome.seconds:>4.0f} s"
        out.print(f"{took}  {outcome.told}" + (f"\n{'to do: ':>35}{outcome.to_do}" if outcome.to_do else ""))

    with out.status("verify") as status:
        try:
            for outcome in take(journey, status.update):
                end(outcome)
        finally:
            good = {it.name for it in outcomes if it.state == "ok"}
            waits = not good >= {"trigger", "redrive", "csv", "failure"}
            remove = partial(clean_up, journey, status.update, events_wait=waits)
            end(timed("clean-up", remove, "in some minutes, run top50 verify again: it removes what is left"))
    try:
        out.print(f"\n{record(journey, outcomes, began)}")
    except ClientError as error:
        out.print(f"There is no record: {error}")
    if bad := [it.name for it in outcomes if it.state == "failed"]:
        raise FailedError(f"these steps failed (above is what to do): {', '.join(bad)}")
