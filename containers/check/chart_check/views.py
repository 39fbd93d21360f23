"""The views for the most frequent questions: each is a file in ``views/`` with a CREATE OR REPLACE VIEW."""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path

from chart_check.athena import Athena, statement
from chart_check.errors import QueryError
from chart_check.result import Row

FOLDER = Path(__file__).with_name("views")
SOURCE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)")


@dataclass(frozen=True)
class View:
    """A view, and the statement that creates or replaces it."""

    name: str
    sql: str

    @property
    def sources(self) -> frozenset[str]:
        """The names that it selects from: tables, other views and its own subqueries."""
        return frozenset(SOURCE.findall(self.sql))


def lake_views() -> list[View]:
    """All of them, each after those that it selects from."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))}
    views = {name: View(name, statement(text)) for name, text in texts.items()}
    stands_on = {name: view.sources & views.keys() for name, view in views.items()}
    return [views[name] for name in TopologicalSorter(stands_on).static_order()]


def make_views(athena: Athena, views: list[View]) -> list[Row]:
    """Create or replace each; returns those that Athena refused, with its reason.

    A view must be replaced to see that a column of its tables has changed.
    """
    refused: list[Row] = []
    for view in views:
        try:
            athena.execute(view.sql)
        except QueryError as error:
            refused.append({"view": view.name, "problem": str(error)})
    return refused
