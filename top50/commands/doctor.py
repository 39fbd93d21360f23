"""``top50 doctor``."""

import click

from top50.cli import stack_option


@click.command()
@stack_option
def doctor(stack: str | None) -> None:
    """Say whether Spotify would give us the charts; if not, why, and what to do.

    It tries what an extraction needs, with the settings of `top50 run` or, with --stack, in the stack's function. The
    exit code is 0 only when an extraction would succeed.

    \b
    Example: top50 doctor
    """
    from chart_extract.findings import Finding, Findings
    from top50.settings import read_settings
    from top50.spotify.doctor import examine
    from top50.stack import Stack

    if stack:
        found = Stack.find(stack).invoke("ExtractFunction", {"doctor": True})
        findings = Findings([Finding(**finding) for finding in found["findings"]])
    else:
        findings = examine({"CHARTS": "global", **read_settings()})
    click.echo(str(findings))
    if not findings.ok:
        raise click.exceptions.Exit(1)
