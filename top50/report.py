"""The HTML report on a chart of a stack."""

from datetime import UTC, datetime
from pathlib import Path

from chart_report.history import read_history
from chart_report.page import page
from top50.athena import ask
from top50.errors import RefusedError
from top50.runs import newest_checks
from top50.stack import Stack

NAME = "report.html"


def write_report(stack: Stack, chart: str | None, file: Path) -> Path:
    """Ask for a chart's history (global's by default) and write the page; returns the file."""

    def rows(sql: str, *parameters: str) -> list[dict[str, str | None]]:
        answer = ask(stack, sql, *parameters)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    written = page(read_history(rows, chart, newest_checks(stack)), datetime.now(UTC))
    try:
        file.write_text(written, encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{file} cannot be written ({error.strerror}): name another file by --out") from None
    return file
