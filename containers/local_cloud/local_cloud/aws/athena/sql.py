"""Athena's SQL as DuckDB's, changed where the two differ, refused where a known difference is not bridged."""

import re
from pathlib import Path

from sqlglot import ErrorLevel, exp
from sqlglot.dialects.athena import Athena
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import UnsupportedError
from sqlglot.optimizer.annotate_types import annotate_types

from local_cloud.aws.athena.check import Types
from local_cloud.aws.athena.errors import unsupported
from local_cloud.aws.athena.nodes import FUNCTIONS, NAMED_FUNCTIONS, NODES, SPELLED, TYPES
from local_cloud.aws.athena.parse import where
from local_cloud.aws.athena.rules import NAMED_RULES, RULES

INTEGERS = tuple(exp.DataType.INTEGER_TYPES)
MACROS = Path(__file__).with_name("macros.sql")

# Settings that make DuckDB's session Athena's.
SETTINGS = """
SET TimeZone = 'UTC';
SET integer_division = true;
SET default_null_order = 'nulls_last';
"""


def translate(tree: exp.Query, types: Types) -> exp.Query:
    """The tree for DuckDB; the given one is changed."""
    _name_columns(tree)
    _count_from_zero(tree)
    nodes = list(tree.walk())
    for node in nodes:
        _require_known(node)
    # Arguments before the calls they stand in: a rule sees them translated.
    for node in reversed(nodes):
        rule = RULES.get(type(node))
        if rule is None and isinstance(node, exp.Anonymous):
            rule = NAMED_RULES.get(node.name.lower())
        if rule is not None:
            new = rule(node, types)
            if new is not node:
                new.meta.update(node.meta)
                node.replace(new)
    return tree


def duckdb_sql(tree: exp.Query) -> str:
    """The text of a translated tree."""
    try:
        return tree.sql(dialect=DuckDB, unsupported_level=ErrorLevel.RAISE, comments=False)
    except UnsupportedError as error:
        raise unsupported(str(error)) from error


def _name_columns(tree: exp.Query) -> None:
    """Columns without a name are ``_col0``, ``_col1``, ... by their place."""
    for select in list(tree.find_all(exp.Select)):
        for place, column in enumerate(select.expressions):
            if not isinstance(column, exp.Alias | exp.Column | exp.Star | exp.Dot):
                new = exp.alias_(column.copy(), f"_col{place}")
                column.replace(new)


def _count_from_zero(tree: exp.Query) -> None:
    """Take 1 from every subscript: sqlglot has done so only where it could see that the index is a whole number."""
    # From within: an index may hold another subscript.
    for node in reversed(list(tree.find_all(exp.Bracket))):
        index = node.expressions[0]
        # element_at's is left alone; what is no index is refused later.
        if node.args.get("safe") or isinstance(index, exp.Slice) or index.is_string:
            continue
        if not annotate_types(index.copy(), dialect=Athena).is_type(*INTEGERS):
            node.set("expressions", [exp.Sub(this=exp.Paren(this=index.copy()), expression=exp.Literal.number(1))])


def _require_known(node: exp.Expr) -> None:
    name = type(node).__name__
    if isinstance(node, exp.DataType):
        if node.this not in TYPES:
            raise unsupported(f"the type {node.sql('athena').lower()}")
    elif isinstance(node, exp.Func):
        known = node.name.lower() in NAMED_FUNCTIONS if isinstance(node, exp.Anonymous) else name in FUNCTIONS
        if not known:
            raise unsupported(f"{where(node)}the function {node.meta.get('name', node.sql_name()).lower()}")
    elif name not in NODES:
        words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).upper()
        raise unsupported(f"{where(node) if 'line' in node.meta else ''}{SPELLED.get(words, words)}")
