"""The demo with CatalogMode projection, and the commands that work on its lake."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from local_cloud import states
from local_cloud.commands import demo

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """The folder of local clouds with that of a demo in it, of today alone: two weeks take their time."""
    home = tmp_path_factory.mktemp("local_cloud")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(states, "HOME", home)
        patch.setattr(states, "DEMO", home / "demo")
        patch.setattr(demo, "DAYS", 1)
        demo.main(["--catalog", "projection"])
    return home


def make(home, *arguments):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={**kept, "LOCAL_CLOUD_HOME": str(home), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_demos_lake_is_asked_as_it_was_made(home):
    asked = make(home, "sql", "CSV=1", "Q=select count(*) as n, count(distinct chart_date) as dates from chart_entry")

    assert asked.stdout == "n,dates\n150,1\n", asked.stderr


def test_the_demos_lake_is_checked_as_it_was_made(home):
    checked = make(home, "check-lake")

    assert re.search(r"checks +\d\d passed, 0 failed", checked.stdout), checked.stderr


def test_make_hands_the_catalog_on_and_another_one_is_refused(tmp_path):
    refused = make(tmp_path, "demo", "CATALOG=hive")

    assert refused.returncode != 0
    assert "invalid choice: 'hive'" in refused.stderr


@pytest.mark.full
def test_the_whole_demo_ends_as_with_a_crawler_and_takes_no_time_for_one(tmp_path):
    finished = make(tmp_path, "demo", "CATALOG=projection")

    assert finished.returncode == 0, finished.stderr
    assert "2,100 chart_entry" in finished.stdout
    assert "42 chart_load; 14 dates" in finished.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", finished.stdout)
    spent = re.search("^seconds .*$", finished.stdout, re.MULTILINE)[0]
    assert re.findall(r"(\w+) \d+", spent) == ["extract", "transform", "check"]
