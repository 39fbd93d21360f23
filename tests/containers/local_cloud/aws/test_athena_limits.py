"""docs/athena.md is true: what it calls refused is refused, and what it names instead runs."""

import re
from pathlib import Path

import pytest

from local_cloud.aws.athena.errors import QueryError
from local_cloud.aws.athena.parse import read_statement
from local_cloud.aws.athena.query import Engine, plan
from local_cloud.aws.athena.scan import Scanned

PAGE = Path(__file__).parents[4] / "docs" / "athena.md"
LINES = re.findall(r"^\| `(SELECT .*)` \| `(SELECT .*)` \|$", PAGE.read_text(), re.MULTILINE)


@pytest.fixture(scope="module")
def engine():
    engine = Engine()
    yield engine
    engine.close()


def rows(engine, sql):
    with engine.run(plan(read_statement(sql, []).query, "default"), Scanned()) as result:
        return result.fetchall()


def test_the_page_has_lines():
    assert len(LINES) > 10


@pytest.mark.parametrize(("refused", "instead"), LINES)
def test_what_is_refused_says_whose_limit_it_is_and_what_stands_beside_it_runs(engine, refused, instead):
    with pytest.raises(QueryError, match=r"(?s)NOT_SUPPORTED: .*\(a limit of the local Athena, not of AWS's\)"):
        rows(engine, refused)

    assert rows(engine, instead)
