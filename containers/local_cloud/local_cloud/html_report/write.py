"""From a stack to the file."""

from datetime import UTC, datetime
from pathlib import Path

from local_cloud.html_report.history import read_history
from local_cloud.html_report.page import page
from local_cloud.queries import Stack


def write_report(stack: Stack, chart: str | None, file: Path) -> Path:
    """Ask for a chart's history (global's, unless told), and write the page; the file is returned."""
    file.write_text(page(read_history(stack, chart), datetime.now(UTC)), encoding="utf-8")
    return file
