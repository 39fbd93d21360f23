"""``docs/benchmarks.md`` has two parts, each written by a command of its own, which leaves the other's as it is."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".local_cloud" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
QUERIES = "\n# Cost of queries\n\n"


def write_times(page: Path, text: str) -> None:
    """The part of ``make bench``, which comes first."""
    _times, heading, queries = _read(page).partition(QUERIES)
    page.write_text(text + heading + queries)


def write_queries(page: Path, text: str) -> None:
    """The part of ``make bench-sql``."""
    times, _heading, _queries = _read(page).partition(QUERIES)
    page.write_text(times + QUERIES + text)


def _read(page: Path) -> str:
    return page.read_text() if page.exists() else ""
