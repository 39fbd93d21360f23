"""The demo with CatalogMode projection, and the commands that work on its lake."""

import re

import pytest


@pytest.mark.full
def test_the_demo_ends_as_with_a_crawler_and_its_lake_is_asked_and_checked_as_it_was_made(top50):
    made = top50("demo", "--catalog", "projection")
    asked = top50("sql", "--csv", "select count(*) as n, count(distinct chart_date) as dates from chart_entry")
    checked = top50("check")

    assert made.exit_code == 0, made.stderr
    assert "2,100 chart_entry" in made.stdout
    assert "42 chart_load; 14 dates" in made.stdout
    assert asked.stdout == "n,dates\n2100,14\n", asked.stderr
    for finished in (made, checked):
        assert re.search(r"checks +\d\d passed, 0 failed", finished.stdout), finished.stderr
    # It takes no time for a crawler.
    spent = re.search("^seconds .*$", made.stdout, re.MULTILINE)[0]
    assert re.findall(r"(\w+) \d+", spent) == ["extract", "transform", "check"]
