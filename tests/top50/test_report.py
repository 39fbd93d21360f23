"""``make report STACK=...``: the lake of a deployed stack, found by its outputs."""

import boto3
import pytest

from chart_stack.stack import Stack
from local_cloud.commands.html_report import main


@pytest.fixture
def stack(lake, monkeypatch):
    """A stack whose outputs lead to the lake; returns its name."""
    known = {"charts-of-a-test": lake.stack.outputs}
    monkeypatch.setattr(Stack, "find", lambda name, session: Stack(name, boto3.Session(), known[name]))
    return "charts-of-a-test"


def test_the_report_on_a_stack_is_written_and_named(lake, stack, tmp_path, capsys):
    lake.fill({"2026-01-06": {"us": "a"}})
    file = tmp_path / "us.html"

    main(["--stack", stack, "--out", str(file)])

    assert capsys.readouterr().out == f"{file}\n"
    assert "<h1>us</h1>" in file.read_text()


def test_without_the_views_it_says_why(lake, stack):
    glue, database = lake.stack.client("glue"), lake.stack.outputs["Database"]
    lake.fill({"2026-01-06": {"us": "a"}})
    glue.delete_table(DatabaseName=database, Name="chart_latest")

    try:
        with pytest.raises(SystemExit, match="chart_latest' does not exist"):
            main(["--stack", stack])
    finally:
        assert lake.make_views() == []
