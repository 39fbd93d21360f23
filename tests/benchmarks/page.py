"""``docs/benchmarks.md`` has two parts, each written by a command of its own, which leaves the other's as it is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORK = ROOT / ".local_cloud" / "bench"
PAGE = ROOT / "docs" / "benchmarks.md"
# How much slower than on the page a ratio may be: machines are noisy.
TOLERANCE = 1.25
QUERIES = "\n# Cost of queries\n\n"


def write_times(page: Path, text: str) -> None:
    """The part of ``make bench``, which comes first."""
    _times, heading, queries = _read(page).partition(QUERIES)
    page.write_text(text + heading + queries)


def write_queries(page: Path, text: str) -> None:
    """The part of ``make bench-sql``."""
    times, _heading, _queries = _read(page).partition(QUERIES)
    page.write_text(times + QUERIES + text)


def compare(measured: str, page: str) -> tuple[str, list[str]]:
    """The ratios of a new measurement beside those of the page, a line each; and the names of those too far above."""
    expected = ratios(page)
    known = [(name, ratio, expected[name]) for name, ratio in ratios(measured).items() if name in expected]
    lines = [f"{name}: {ratio:.2f}, on the page {before:.2f}" for name, ratio, before in known]
    return "\n".join(lines), [name for name, ratio, before in known if ratio > TOLERANCE * before]


def ratios(text: str) -> dict[str, float]:
    """The ratios on a page or a part of one, each under its heading and name."""
    found, heading = {}, ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").partition(" files,")[0]
        elif ratio := re.fullmatch(r"(.+ / \w+): ([0-9.]+)", line):
            found[f"{heading}, {ratio[1]}"] = float(ratio[2])
    return found


def _read(page: Path) -> str:
    return page.read_text() if page.exists() else ""
