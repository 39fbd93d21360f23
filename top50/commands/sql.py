"""``top50 sql``."""

import sys
from pathlib import Path

import click

from top50.cli import stack_option


@click.command()
@click.argument("query", required=False)
@click.option(
    "-f", "--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read the question from a file."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object per row.")
@click.option("--limit", type=click.IntRange(0), metavar="N", help="Print at most N rows.")
@stack_option
def sql(
    query: str | None, file: Path | None, as_csv: bool, as_json: bool, limit: int | None, stack: str | None
) -> None:
    """Ask the lake a question in Athena's SQL.

    QUERY may be - for standard input. Without a question, a prompt opens, which also knows `tables`, `describe TABLE`,
    `help` and `quit`. The local lake is asked with DuckDB, which is given the SQL as Athena reads it; with --stack,
    Athena itself is asked.

    \b
    Examples: top50 sql "select * from chart_latest where chart = 'global'"
              top50 sql -f deploy/queries/longest_at_number_one.sql --csv
    """
    from top50.sql.form import write, write_csv, write_json, write_table
    from top50.sql.prompt import prompt
    from top50.sql.question import ask_with_help
    from top50.target import open_for_questions

    if as_csv and as_json:
        raise click.UsageError("Give --csv or --json, not both.")
    if query is not None and file is not None:
        raise click.UsageError("Give a question or a file, not both.")
    text = _question(query, file)
    if text is not None and not text.strip():
        raise click.UsageError("The question is empty.")
    form = write_csv if as_csv else write_json if as_json else write_table
    with open_for_questions(stack) as asked:
        if text is None:
            prompt(asked, sys.stdout, form, limit)
            return
        answer, changes = ask_with_help(asked, text, limit)
        if changes and not stack:
            raise click.ClickException(
                "Nothing of this is kept: top50 sql asks a copy of the lake. To change it, ask Athena in top50 cloud."
            )
        write(answer, sys.stdout, form, asked.place)
        sys.stdout.flush()


def _question(query: str | None, file: Path | None) -> str | None:
    """The text of the question; None when a person is to be asked for it."""
    from top50.show import can_ask

    if query is None and file is None and can_ask():
        return None
    asked = query.encode(errors="surrogateescape") if query else b""
    try:
        return (file.read_bytes() if file else sys.stdin.buffer.read() if query in (None, "-") else asked).decode()
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{file or 'The question'} is not UTF-8 text (byte {error.start}).") from None
