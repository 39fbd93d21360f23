"""A prompt for many questions: they may span lines and end with a semicolon."""

import readline
from typing import TextIO

from top50.athena import Answer
from top50.errors import QueryError
from top50.lakes import home
from top50.sql.form import Form, write, write_table
from top50.sql.question import ask_with_help, columns_of, table_names
from top50.stack import Stack

HISTORY = "sql_history"
HISTORY_LINES = 1000
HELP = """\
End a question with ; or an empty line.
tables            the tables and views
describe TABLE    its columns
help              this list
quit              or Ctrl-D"""
# They stand alone and need no ; at their end.
COMMANDS = (["tables"], ["describe"], ["help"])


def prompt(stack: Stack, file: TextIO, form: Form, limit: int | None) -> None:
    """Answer questions until the person quits; an error ends a question only."""
    history = home() / HISTORY
    readline.clear_history()
    if history.exists():
        readline.read_history_file(history)
    print(f"{stack.place}. {HELP}", file=file)
    try:
        while (question := _read()) is not None:
            _answer(stack, question, file, form, limit)
    finally:
        readline.set_history_length(HISTORY_LINES)
        history.parent.mkdir(parents=True, exist_ok=True)
        readline.write_history_file(history)


def _read() -> str | None:
    """The next question or command; None when the person wants to leave."""
    lines: list[str] = []
    while True:
        try:
            line = input("   ...> " if lines else "top50> ")
        except EOFError:
            print("\nThe unfinished question was not asked: it lacks its ;" if lines else "")  # noqa: T201
            return None
        except KeyboardInterrupt:
            # As other prompts do: it gives up the question and not the session.
            print()  # noqa: T201
            lines = []
            continue
        words = line.strip().rstrip(";").lower().split()
        if not lines and words[:1] in (["quit"], ["exit"]):
            return None
        if not lines and (words in COMMANDS or (words[:1] == ["describe"] and len(words) == 2)):
            return line
        lines.append(line)
        if line.rstrip().endswith(";") or (not line.strip() and len(lines) > 1):
            return "\n".join(lines).strip().rstrip(";")
        if not line.strip():
            lines = []


def _answer(stack: Stack, question: str, file: TextIO, form: Form, limit: int | None) -> None:
    words = question.lower().strip().rstrip(";").split()
    if words == ["tables"]:
        print("\n".join(table_names(stack)), file=file)
    elif words == ["help"]:
        print(HELP, file=file)
    elif words == ["describe"]:
        print("describe needs a table, such as: describe song", file=file)
    elif len(words) == 2 and words[0] == "describe" and (columns := columns_of(stack, words[1])):
        write_table(Answer(["column", "type"], ["varchar", "varchar"], [list(pair) for pair in columns]), file)
    else:
        try:
            answer, _changes = ask_with_help(stack, question, limit)
            write(answer, file, form, stack.place)
        except QueryError as error:
            print(error, file=file)
        except KeyboardInterrupt:
            print("Given up.", file=file)
