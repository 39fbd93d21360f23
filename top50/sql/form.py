"""How an answer is written: as a table, as CSV, as JSON."""

import csv
import json
import sys
from collections.abc import Callable
from typing import Any, TextIO

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from top50.athena import Answer
from top50.show import count, drawn

Form = Callable[[Answer, TextIO], None]
# Athena's names of types whose values are JSON's as they are written.
NUMBERS = {"tinyint", "smallint", "integer", "int", "bigint", "float", "real", "double", "decimal"}


def write(answer: Answer, file: TextIO, form: Form, place: str) -> None:
    """Write an answer, then the number of rows and where they are from; beside CSV and JSON on standard error."""
    form(answer, file)
    print(f"({count(answer.rows, 'row')} from the {place})", file=file if form is write_table else sys.stderr)


def write_table(answer: Answer, file: TextIO) -> None:
    """A table, one line per row however long."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column, kind in zip(answer.columns, answer.types, strict=True):
        table.add_column(column, no_wrap=True, justify="right" if kind in NUMBERS else "left")
    for row in answer.rows:
        table.add_row(*["" if value is None else escape(value) for value in row])
    wide = Console(width=10_000)
    # Not written by the console itself: it would end the process when nobody reads on.
    file.write(drawn(table, max(1, Measurement.get(wide, wide.options, table).maximum)) + "\n")


def write_csv(answer: Answer, file: TextIO) -> None:
    """CSV with a header; null is nothing between two commas."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)


def write_json(answer: Answer, file: TextIO) -> None:
    """An array with an object per row; numbers and booleans as such, all else as Athena writes it."""
    rows = [
        {name: _value(text, kind) for name, text, kind in zip(answer.columns, row, answer.types, strict=True)}
        for row in answer.rows
    ]
    lines = ",\n ".join(json.dumps(row, ensure_ascii=False) for row in rows)
    file.write(f"[{lines}]\n")


def _value(text: str | None, kind: str) -> Any:
    if text is None:
        return None
    if kind == "boolean":
        return text == "true"
    if kind not in NUMBERS:
        return text
    # JSON has no infinity; a decimal keeps its digits as a number of JSON's does.
    return json.loads(text) if text.lstrip("-")[:1].isdigit() else text
