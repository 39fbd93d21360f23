"""The demo, and what a newcomer tries after it: commands that only look at its lake."""

import csv
import io
import json
import re

import pytest
from newcomer import ROOT, shell

from top50.demo import MADE

README = (ROOT / "README.md").read_text()


@pytest.fixture
def asked(demo, top50, monkeypatch):
    """A command on the demo's lake, which it must not change."""
    monkeypatch.setenv("LOCAL_CLOUD_HOME", str(demo.home))
    return top50


def test_the_demo_ends_well_with_2100_chart_entries_as_athena_counts_them(demo):
    assert "2,100 chart_entry" in demo.printed
    assert "42 chart_load; 14 dates" in demo.printed
    assert re.search(r"^checks +\d\d passed, 0 failed$", demo.printed, re.MULTILINE)
    assert re.search(r"^seconds +extract \d+, transform \d+, crawl \d+, check \d+$", demo.printed, re.MULTILINE)


def test_the_demo_shows_a_top_10_and_the_sql_behind_it(demo):
    assert "FROM chart_latest" in demo.printed
    positions = re.findall(r"^ *(\d+) +(?:new|re-entry|up|down|same) +\S", demo.printed, re.MULTILINE)
    assert positions == [str(position) for position in range(1, 11)]


def test_the_readme_shows_the_form_of_what_the_demo_prints(demo):
    def form(text):
        """The labels and counts that do not depend on the day; songs and times do."""
        labels = re.findall(r"^(rows|checks|seconds|report) .*", text, re.MULTILINE)
        counts = (
            r"2,100 chart_entry|42 chart_load; 14 dates|\d+ passed, 0 failed|Ask your own: .*|Add a CSV: .* add-csv"
        )
        return labels, re.findall(counts, text)

    assert form(README) == form(demo.printed)


def test_the_demo_ends_by_naming_its_report(demo):
    [file] = re.findall(r"^report +(\S+)$", demo.printed, re.MULTILINE)

    assert file == str(demo.home / "demo" / "report.html")
    assert "<h1>global</h1>" in (demo.home / "demo" / "report.html").read_text()


def test_sql_answers_in_a_table_and_says_where_it_asked(asked, demo):
    finished = asked("sql", "select chart, count(*) as entries from chart_entry group by chart order by chart")

    assert finished.exit_code == 0, finished.stderr
    assert finished.stdout == (
        f"chart   entries\nglobal      700\njp          700\nus          700\n"
        f"(3 rows from the local lake {demo.home / 'demo'})\n"
    )


def test_sql_answers_a_question_from_a_file_and_from_standard_input_on_the_views_that_the_demo_made(asked):
    file = ROOT / "deploy" / "queries" / "longest_at_number_one.sql"

    from_file = asked("sql", "-f", file)
    from_pipe = asked("sql", "-", input=file.read_text())

    assert from_file.exit_code == 0, from_file.stderr
    assert re.search(r"^ *1 +\d+ +\S", from_file.stdout, re.MULTILINE)
    assert from_pipe.stdout == from_file.stdout


def test_sql_prints_csv_and_json_and_no_more_rows_than_asked_for(asked):
    question = "select chart, position as place, explicit, null as n from chart_latest order by chart, position"

    table = list(csv.DictReader(io.StringIO(asked("sql", question, "--csv", "--limit", "2").stdout)))
    rows = json.loads(asked("sql", question, "--json", "--limit", "2").stdout)

    assert [(row["chart"], row["place"], row["n"]) for row in table] == [("global", "1", ""), ("global", "2", "")]
    assert [(row["chart"], row["place"], row["n"]) for row in rows] == [("global", 1, None), ("global", 2, None)]
    assert {type(row["explicit"]) for row in rows} == {bool}


def test_sql_that_would_change_the_lake_says_that_nothing_is_kept(asked):
    finished = asked("sql", "drop view chart_latest")

    assert finished.exit_code == 1
    assert "Nothing of this is kept" in finished.stderr
    assert asked("sql", "select 1 from chart_latest limit 1").exit_code == 0


@pytest.mark.parametrize(
    ("question", "suggestion"),
    [
        ("select positon from chart_entry", "Did you mean position"),
        ("select nme from song", "Did you mean name?"),
        ("select nothing_like_it from artist", "The columns of artist are: artist_id, "),
        ("select * from chart_entri", "Did you mean chart_entry"),
        ("select * from nothing_like_it", "The tables are: album, album_latest,"),
    ],
)
def test_a_mistyped_name_gets_a_suggestion(asked, question, suggestion):
    finished = asked("sql", question)

    assert finished.exit_code == 1
    assert "_NOT_FOUND: line 1:" in finished.stderr
    assert suggestion in finished.stderr


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["select 1", "-f", "x.sql"], "not both"),
        ([""], "The question is empty"),
        (["select 1", "--csv", "--json"], "Give --csv or --json, not both"),
        (["-f", "no_such.sql"], "'no_such.sql' does not exist"),
        (["-f", "binary.sql"], "is not UTF-8 text (byte 7)"),
        (["select \udcff"], "is not UTF-8 text (byte 7)"),
        (["select 1", "--limit", "many"], "'many' is not a valid integer"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_wrong_use(asked, tmp_path, arguments, problem):
    (tmp_path / "x.sql").write_text("select 1")
    (tmp_path / "binary.sql").write_bytes(b"select \xff")

    finished = asked("sql", *arguments)

    assert finished.exit_code == 2
    assert problem in finished.stderr


def test_the_prompt_answers_lists_tables_describes_and_goes_on_after_an_error(asked, monkeypatch):
    typed = [
        "tables",
        "describe chart_load",
        "describe;",
        "help",
        "select no_such",
        "from song;",
        "select count(*) as n",
        "from song;",
        "quit",
    ]
    monkeypatch.setattr("builtins.input", lambda _prompt: typed.pop(0))
    monkeypatch.setattr("top50.show.can_ask", lambda: True)

    finished = asked("sql")

    assert finished.exit_code == 0, finished.stderr
    assert "\nchart_latest\n" in finished.stdout
    assert re.search(r"^entries_loaded +int$", finished.stdout, re.MULTILINE)
    assert "describe needs a table" in finished.stdout
    assert finished.stdout.count("describe TABLE ") == 2
    assert "COLUMN_NOT_FOUND" in finished.stdout
    assert re.search(r"^ *n\n *\d+\n\(1 row from", finished.stdout, re.MULTILINE)
    assert typed == []


def test_a_question_that_the_prompt_does_not_ask_is_not_lost_without_a_word(asked, monkeypatch):
    typed = iter(["select 1"])

    def type_(_prompt):
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", type_)
    monkeypatch.setattr("top50.show.can_ask", lambda: True)

    assert asked("sql").stdout.endswith("\nThe unfinished question was not asked: it lacks its ;\n")


def test_report_shows_another_chart_on_demand(asked, tmp_path):
    finished = asked("report", "--chart", "jp", "--out", "jp.html")

    assert finished.stdout == "jp.html\n", finished.stderr
    assert "<h1>jp</h1>" in (tmp_path / "jp.html").read_text()


def test_report_into_a_folder_that_is_not_there_says_so(asked):
    finished = asked("report", "--out", "no_such/report.html")

    assert finished.exit_code == 1
    assert "no_such/report.html cannot be written (No such file or directory)" in finished.stderr


def test_report_on_a_chart_that_is_not_there_names_those_that_are(asked):
    finished = asked("report", "--chart", "de")

    assert finished.exit_code == 1
    assert "chart de is not in the lake, which has: global, jp, us" in finished.stderr


def test_a_pipe_that_nobody_reads_to_its_end_is_no_error(demo):
    # More than a pipe holds: what is left is written when the reader has gone.
    finished = shell('set -o pipefail; top50 sql "select * from chart_entry" | head -1', demo.home)

    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("chart")
    assert finished.stdout.count("\n") == 1


def test_the_list_of_what_the_demo_made_is_complete(demo):
    bucket = demo.home / "demo" / "bucket"
    files = {path.relative_to(bucket).as_posix() for path in (bucket / "raw" / "processed").rglob("*.json")}

    assert set((demo.home / "demo" / MADE).read_text().splitlines()) == files
    assert len(files) == 42
