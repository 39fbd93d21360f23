"""``top50 verify``."""

from typing import TYPE_CHECKING

import click

from top50.cli import aws_stack_option

if TYPE_CHECKING:
    from rich.console import Console

    from top50.pipeline import Tell
    from top50.verify.journey import Journey
    from top50.verify.steps import Outcome

WARNING = """\
It sends an invented chart and two broken files of {day} through the pipeline, and removes them again. The broken files
make failure topic and alarms send messages: whoever subscribes to the topic should know."""
LATER = "Stopped. What is left of the verification, the next top50 verify removes"


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@aws_stack_option
def verify(yes: bool, stack: str) -> None:
    """Prove that a deployed stack works: send an invented chart through all of it, and remove it again.

    Each step says what was seen or, where it failed, what AWS said and what to do. At the end stands a record in
    Markdown for an issue, without account and names. Only logs and the history of executions stay. The exit code is 0
    when every step was ok. It takes about ten minutes on AWS.

    \b
    Example: top50 verify --stack spotify-top50
    """
    from top50.errors import RefusedError, StoppedError
    from top50.show import can_ask, console
    from top50.stack import Stack
    from top50.verify.chart import free_date
    from top50.verify.cleanup import landed, remove_messages
    from top50.verify.journey import Journey

    out, found = console(), Stack.find(stack)
    out.print(found.place)
    with out.status("looking") as status:
        remove_messages(found)
        if landed(found):
            out.print("An earlier verification was broken off. " + _clean_up(Journey(found, ""), status.update, True))
        journey = Journey(found, free_date(found))
    out.print(WARNING.format(day=journey.day))
    if not yes:
        if not can_ask():
            raise RefusedError("nothing was verified: nobody can be asked here. To agree: --yes")
        if not click.confirm("Go on?"):
            raise RefusedError("nothing was verified")
    try:
        _verify(out, journey)
    except KeyboardInterrupt:
        raise StoppedError(LATER) from None


def _verify(out: "Console", journey: "Journey") -> None:
    """Take the steps, clean up whatever happens, and print the record."""
    from datetime import UTC, datetime

    from top50.errors import FailedError
    from top50.verify.record import record
    from top50.verify.steps import take, timed

    began, outcomes, is_over = datetime.now(UTC), list["Outcome"](), False
    with out.status("verify") as status:
        try:
            for outcome in take(journey, status.update):
                outcomes.append(outcome)
                _show(out, outcome)
            is_over = True
        finally:
            status.update("clean-up")
            bad = [it.name for it in outcomes if it.state != "ok"]
            waits = not is_over or bool({"event", "execution", "redrive", "csv"} & {*bad})
            cleaned = timed("clean-up", lambda: _clean_up(journey, status.update, waits), "run it again: top50 verify")
            _show(out, cleaned)
    outcomes.append(cleaned)
    out.print("\n" + record(journey, outcomes, began))
    if bad := [it.name for it in outcomes if it.state == "failed"]:
        raise FailedError(f"not proved, see what to do above: {', '.join(bad)}")


def _clean_up(journey: "Journey", tell: "Tell", may_wait: bool) -> str:
    """Remove all that is left; ``may_wait`` says that messages of ours may be left, too."""
    from top50.errors import FailedError
    from top50.show import count
    from top50.verify.cleanup import remove, remove_messages, settle

    settle(journey.stack, tell, journey.pace, journey.patience if may_wait else 0)
    removed = f"removed {remove(journey.stack, journey.queries)}"
    if may_wait and (left := remove_messages(journey.stack)):
        raise FailedError(
            f"{removed}; {count(left, 'message')} in the queues cannot be looked at, because a function has them. If "
            "one is ours, it changes nothing, and the next top50 verify removes it"
        )
    return removed


def _show(out: "Console", outcome: "Outcome") -> None:
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    out.print(f"{now:%H:%M:%S}  {outcome.state:<8} {outcome.name:<10} {outcome.seconds:>4.0f} s  {outcome.told}")
    if outcome.to_do:
        out.print(f"{'':<28}to do: {outcome.to_do}")
