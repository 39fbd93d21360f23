"""The HTML report on a chart of a stack."""

from datetime import UTC, datetime
from pathlib import Path

from chart_report.history import History, read_history
from chart_report.page import page
from top50.athena import ask
from top50.errors import RefusedError
from top50.runs import newest_checks
from top50.stack import Stack

NAME = "report.html"


def history_of(stack: Stack, chart: str | None) -> History:
    """Ask for a chart's history, global's by default; NoChartError when the lake has no such chart."""

    def rows(sql: str, *parameters: str) -> list[dict[str, str | None]]:
        answer = ask(stack, sql, *parameters)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    return read_history(rows, chart, newest_checks(stack))


def write_report(stack: Stack, chart: str | None, file: Path) -> Path:
    """Write the page on a chart; returns the file."""
    written = page(history_of(stack, chart), datetime.now(UTC))
    try:
        file.write_text(written, encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{file} cannot be written ({error.strerror}): name another file by --out") from None
    return file
