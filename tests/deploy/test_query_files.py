"""The questions as files: one statement of Athena's each, which says what it answers."""

from pathlib import Path

import pytest
import trino_sql_validator

QUERIES = sorted(Path(__file__).parents[2].joinpath("deploy", "queries").iterdir())
EACH = pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)


def test_there_are_at_least_ten():
    assert len(QUERIES) >= 10
    assert {path.suffix for path in QUERIES} == {".sql"}


@EACH
def test_it_is_one_statement_that_trino_reads_too(query):
    result = trino_sql_validator.validate(query.read_text())

    assert result.valid, result.error
    assert (result.statement_count, result.warnings) == (1, ())


@EACH
def test_it_begins_with_its_question(query):
    first = query.read_text().splitlines()[0]

    assert first.startswith("-- ")
    assert "?" in first


@EACH
def test_what_it_asks_of_one_chart_is_named_in_one_place(query):
    text = query.read_text()

    if "WITH asked AS" in text:
        assert text.count("'global'") == 1
        assert "For another chart, change the" in text
