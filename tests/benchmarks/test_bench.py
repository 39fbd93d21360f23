"""The benchmarks' commands, on as little as shows that every part works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from benchmarks.generate import raw_files
from benchmarks.page import compare, ratios

ROOT = Path(__file__).parents[2]


def test_generated_files_are_the_same_every_time_and_as_large_as_spotifys():
    first, again = list(raw_files(80)), list(raw_files(80))

    assert first == again
    assert len({name for name, _data in first}) == 80
    assert {name.split("/")[0] for name, _data in first} == {"chart_date=2026-11-22", "chart_date=2026-11-21"}
    sizes = [len(data) for _name, data in first]
    assert 180_000 < sum(sizes) / len(sizes) < 280_000
    assert all(len(orjson.loads(data)["pages"][0]["items"]) == 50 for _name, data in first)


def bench(script, page, *arguments):
    """Run a bench; returns the page it writes."""
    finished = subprocess.run(
        [sys.executable, script, "--page", str(page), *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "containers/local_cloud:deploy:containers/check"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return page.read_text()


@pytest.mark.full
def test_the_bench_times_every_arm_and_writes_its_page(tmp_path):
    written = bench("tests/benchmarks", tmp_path / "benchmarks.md", "--runs", "1", "--files", "2", "--days", "0")

    for arm in ("tutorial", "ours", "duckdb", "parse", "start"):
        assert re.search(rf"^\| {arm} \| [0-9.]+ \|", written, re.MULTILINE)
    assert {"2, ours / tutorial", "2, ours / duckdb", "2, work of ours / start"} <= set(ratios(written))


def test_a_ratio_far_above_the_pages_is_named_and_a_lower_one_or_a_new_one_is_not():
    page = "## 1 files\nours / start: 9.00\n## 2,000 files, 417 MB\nours / duckdb: 1.00\nours / tutorial: 0.10\n"
    measured = "## 2,000 files, 417 MB\nours / duckdb: 1.26\nours / tutorial: 0.12\nours / parse: 9.00\n"

    told, slower = compare(measured, page)

    assert told == "2,000, ours / duckdb: 1.26, on the page 1.00\n2,000, ours / tutorial: 0.12, on the page 0.10"
    assert slower == ["2,000, ours / duckdb"]


@pytest.mark.full
def test_the_bench_compares_a_new_date_in_an_empty_lake_and_in_a_full_one(tmp_path):
    written = bench("tests/benchmarks", tmp_path / "benchmarks.md", "--runs", "1", "--files", "--days", "20")

    for lake in ("empty", "full"):
        assert re.search(rf"^\| {lake} \| [0-9.]+ \| [0-9,]+ \|", written, re.MULTILINE)
    assert re.search(r"^requests, full / empty: [0-9.]+$", written, re.MULTILINE)


@pytest.mark.spark
@pytest.mark.full
def test_the_bench_of_queries_makes_a_lake_and_writes_its_part_of_the_page(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text("# Benchmarks\n\nof the job\n")

    written = bench("tests/benchmarks/bench_sql.py", page, "--files", "75", "--work", str(tmp_path))

    assert written.startswith("# Benchmarks\n\nof the job\n\n# Cost of queries\n")
    assert "75 raw files, 2 dates of 74 charts, made by our job into\n12 files" in written
    assert re.search(r"^\| `chart_entry` \| 1 \| ", written, re.MULTILINE)
    assert re.search(r"^\| `chart_movement` \| 6 \| ", written, re.MULTILINE)
