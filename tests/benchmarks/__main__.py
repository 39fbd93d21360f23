"""``make bench``: our job beside what people write today and beside the limits of this machine, in one run.

Every arm reads the same generated raw files as a process of its own, three times, the arms in turn; medians are
compared. Prints the figures and writes them to ``docs/benchmarks.md``.
"""

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from arms import ARMS, Timing, run
from generate import A_YEAR, CHARTS, write_raw_files
from new_date import measure_new_date
from page import PAGE, TOLERANCE, WORK, compare, write_times
from rich.console import Console

HEAD = """\
# Benchmarks

Written by `{command}`: whole processes on the same generated raw files (old shape, about 230 KB each) on local disk,
median of {runs} runs with the arms in turn (of a year's files: one run, without the tutorial), on {cores} cores
({machine}, Python {python}). *work* is without the time that starting a Spark session takes (arm `start`).
*core-seconds* are those of all processes together, *memory* is that of an arm's largest: of Spark, driver or worker.

- **ours**: `spark-submit glue_jobs/transform.py`
- **tutorial**: what tutorials write, in Spark: inferred schema, the JSON read again for each of album, artist and song,
  `append`, files moved one by one
- **duckdb**: the same six tables in DuckDB's SQL, no files moved: the practical limit on this machine
- **parse**: every byte read and parsed with orjson on all cores: the physical floor
"""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="*", default=[1, 2000], help="numbers of raw files")
    parser.add_argument(
        "--days", type=int, default=365, help="dates in the lake that a new one comes to; 0: leave it out"
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument(
        "--check", action="store_true", help=f"write nothing, and fail where a ratio is above {TOLERANCE} x the page's"
    )
    args = parser.parse_args(argv)
    console = Console()
    head = HEAD.format(
        command="make bench-full" if A_YEAR in args.files else "make bench",
        runs=args.runs,
        cores=os.cpu_count(),
        machine=platform.machine(),
        python=platform.python_version(),
    )
    sections = [head, *(measure(console, files, args.runs) for files in args.files)]
    if args.days:
        sections.append(new_date(console, args.days, args.runs))
    if args.check:
        compared, slower = compare("\n".join(sections), args.page.read_text())
        console.print(compared, highlight=False)
        if slower:
            raise SystemExit(f"more than {TOLERANCE} x the page's: {', '.join(slower)}")
    else:
        write_times(args.page, "\n".join(sections))
        console.print(f"written to {args.page}")


def measure(console: Console, files: int, runs: int) -> str:
    """The section of the page for one number of files."""
    generated = WORK / f"raw-{files}"
    with console.status(f"{files} files: generate"):
        write_raw_files(generated, files)
    arms = ARMS
    # So many files are read once by each arm, and not by the tutorial's, which takes a quarter of an hour.
    if files >= A_YEAR:
        arms, runs = tuple(arm for arm in ARMS if arm != "tutorial"), 1
    timings: dict[str, list[Timing]] = {arm: [] for arm in arms}
    for turn in range(runs):
        for arm in arms:
            with console.status(f"{files} files: {arm}, run {turn + 1} of {runs}"):
                timings[arm].append(run(arm, generated, WORK / "run"))
    section = page_section(files, sum(path.stat().st_size for path in generated.rglob("*.json")), timings)
    console.print(section, highlight=False)
    return section


def new_date(console: Console, days: int, runs: int) -> str:
    """The section of the page for a new date in an empty lake and in a full one."""
    generated = WORK / f"raw-{len(CHARTS)}"
    write_raw_files(generated, len(CHARTS))
    with console.status(f"a new date in an empty lake and in one of {days} dates"):
        section = measure_new_date(generated, WORK / "run", days, runs)
    console.print(section, highlight=False)
    return section


def page_section(files: int, size: int, timings: dict[str, list[Timing]]) -> str:
    """A table of the medians, and their ratios."""
    seconds = {arm: median(timing.seconds for timing in of_arm) for arm, of_arm in timings.items()}
    lines = [
        f"## {files:,} files, {size / 1e6:,.0f} MB",
        "",
        "| arm | seconds | work | core-seconds | memory, MB |",
        "|---|---|---|---|---|",
    ]
    for arm in timings:
        work = seconds[arm] - seconds["start"] if arm in ("ours", "tutorial") else seconds[arm]
        memory = max(timing.memory for timing in timings[arm])
        cores = median(timing.core_seconds for timing in timings[arm])
        shown = "" if arm == "start" else f"{work:.1f}"
        lines.append(f"| {arm} | {seconds[arm]:.1f} | {shown} | {cores:.1f} | {memory:,.0f} |")
    lines += ["", "```"]
    lines += [f"ours / {arm}: {seconds['ours'] / seconds[arm]:.2f}" for arm in timings if arm != "ours"]
    lines += [f"work of ours / start: {(seconds['ours'] - seconds['start']) / seconds['start']:.2f}", "```", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
