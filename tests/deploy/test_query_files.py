"""The questions as files, each of which says what it answers; `make check` proves that it is Athena's SQL."""

import re
from pathlib import Path

import pytest

QUERIES = sorted(Path(__file__).parents[2].joinpath("deploy", "queries").iterdir())
EACH = pytest.mark.parametrize("query", QUERIES, ids=lambda path: path.stem)


def test_there_are_at_least_ten():
    assert len(QUERIES) >= 10
    assert {path.suffix for path in QUERIES} == {".sql"}


@EACH
def test_it_begins_with_its_question(query):
    first = query.read_text().splitlines()[0]

    assert first.startswith("-- ")
    assert "?" in first


@EACH
def test_what_it_asks_of_one_chart_is_named_in_one_place(query):
    text = query.read_text()

    if "WITH asked AS" in text:
        assert len(re.findall("'global(?:-daily)?'", text)) == 1
        assert "For another chart, change the" in text
