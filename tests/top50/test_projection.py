"""The demo with CatalogMode projection, and the commands that work on its lake."""

import re

import pytest
from newcomer import shell

from top50 import demo

pytestmark = pytest.mark.full


def test_the_demo_of_one_day_is_asked_and_checked_as_it_was_made(top50, monkeypatch):
    monkeypatch.setattr(demo, "DAYS", 1)
    made = top50("demo", "--catalog", "projection")

    asked = top50("sql", "--csv", "select count(*) as n, count(distinct chart_date) as dates from chart_entry")
    checked = top50("check")

    assert made.exit_code == 0, made.stderr
    assert asked.stdout == "n,dates\n150,1\n", asked.stderr
    assert re.search(r"checks +\d\d passed, 0 failed", checked.stdout), checked.stderr


def test_the_whole_demo_ends_as_with_a_crawler_and_takes_no_time_for_one(tmp_path):
    finished = shell("top50 demo --catalog projection", tmp_path)

    assert finished.returncode == 0, finished.stderr
    assert "2,100 chart_entry" in finished.stdout
    assert "42 chart_load; 14 dates" in finished.stdout
    assert re.search(r"checks +\d\d passed, 0 failed", finished.stdout)
    spent = re.search("^seconds .*$", finished.stdout, re.MULTILINE)[0]
    assert re.findall(r"(\w+) \d+", spent) == ["extract", "transform", "check"]
