"""``top50 report`` on a stack, found by its outputs."""

import pytest
from hand_made_lake import hand_made_lake

from top50.stack import Stack


@pytest.fixture(scope="module")
def lake():
    with hand_made_lake() as lake:
        yield lake


@pytest.fixture
def stack(lake, monkeypatch):
    """A stack whose outputs lead to the lake; returns its name."""
    monkeypatch.setattr(Stack, "find", lambda _name: lake.stack)
    lake.fill({"2026-01-06": {"us": "a"}})
    return "charts-of-a-test"


def test_the_report_on_a_stack_is_written_into_this_folder_and_named(stack, top50, tmp_path):
    finished = top50("report", "--stack", stack)

    assert finished.stdout == "report.html\n", finished.stderr
    assert "<h1>us</h1>" in (tmp_path / "report.html").read_text()


def test_without_the_views_it_says_why(lake, stack, top50):
    glue, database = lake.stack.client("glue"), lake.stack.outputs["Database"]
    glue.delete_table(DatabaseName=database, Name="chart_latest")

    try:
        finished = top50("report", "--stack", stack)
    finally:
        assert lake.make_views() == []

    assert finished.exit_code == 1
    assert "chart_latest' does not exist" in finished.stderr
