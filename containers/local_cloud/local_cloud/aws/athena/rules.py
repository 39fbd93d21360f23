"""Trino's expressions as DuckDB's, where the two differ: one rule for each of sqlglot's classes."""

import re
from collections.abc import Callable
from functools import partial

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from local_cloud.aws.athena.check import FLOATING, Types
from local_cloud.aws.athena.errors import unsupported
from local_cloud.aws.athena.parse import where

Rule = Callable[[exp.Expr, Types], exp.Expr]
_TIMESTAMPS = (exp.DType.TIMESTAMP, exp.DType.DATETIME, exp.DType.TIMESTAMPTZ)


def _macro(name: str, *arguments: exp.Expr | str | int | None) -> exp.Anonymous:
    given = [exp.convert(each) if not isinstance(each, exp.Expr) else each.copy() for each in arguments]
    return exp.Anonymous(this=name, expressions=given)


def _divide(node: exp.Expr, types: Types) -> exp.Expr:
    kinds = (types.of(node.this), types.of(node.expression))
    if exp.DType.DECIMAL in kinds and not any(kind in FLOATING for kind in kinds):
        message = "Athena rounds a decimal quotient to the operands' digits: divide doubles (100e0, cast(x as double))"
        raise unsupported(where(node) + message)
    return node


def _plus(node: exp.Expr, types: Types) -> exp.Expr:
    """Date arithmetic with an interval on either side."""
    date, step = node.this, node.expression
    if isinstance(date, exp.Interval):
        date, step = step, date
    if not isinstance(step, exp.Interval):
        return node
    if isinstance(node, exp.Sub):
        step = exp.Neg(this=exp.Paren(this=step.copy()))
    return _moved(date, step, types)


def _date_add(node: exp.Expr, types: Types) -> exp.Expr:
    unit = exp.Interval(this=exp.Literal.string("1"), unit=node.args["unit"].copy())
    step = exp.Mul(this=exp.Paren(this=unit), expression=exp.Paren(this=node.expression.copy()))
    return _moved(node.this, step, types)


def _moved(date: exp.Expr, step: exp.Expr, types: Types) -> exp.Expr:
    kind = types.of(date)
    moved = exp.Paren(this=exp.Add(this=date.copy(), expression=step.copy()))
    if kind == exp.DType.DATE:
        return exp.cast(moved, exp.DType.DATE)
    return moved if kind in _TIMESTAMPS else _macro("trino_plus", date, step)


def _date_trunc(node: exp.Expr, types: Types) -> exp.Expr:
    unit = node.args["unit"].name.lower()
    if types.of(node.this) == exp.DType.DATE:
        return exp.cast(_macro("date_trunc", unit, node.this), exp.DType.DATE)
    if types.of(node.this) in _TIMESTAMPS:
        return _macro("date_trunc", unit, node.this)
    return _macro("trino_date_trunc", unit, node.this)


def _date_diff(node: exp.Expr, types: Types) -> exp.Expr:
    # Whole units, as Trino counts; DuckDB's date_diff counts the boundaries between.
    return _macro("date_sub", node.args["unit"].name.lower(), node.expression, node.this)


def _cast(node: exp.Expr, types: Types) -> exp.Expr:
    source, target = types.of(node.this), node.args["to"]
    if target.this == exp.DType.VARCHAR:
        if source in FLOATING:
            raise unsupported(f"{where(node)}a double as varchar is 1.5E0 in Athena: cast to decimal first")
        if source in _TIMESTAMPS or source == exp.DType.UNKNOWN:
            text: exp.Expr = _macro("trino_varchar", node.this)
        else:
            text = exp.cast(node.this.copy(), exp.DType.VARCHAR)
        return _macro("left", text, int(target.expressions[0].name)) if target.expressions else text
    if target.this in exp.DataType.INTEGER_TYPES and source in FLOATING:
        # Half away from zero; DuckDB would round half to even.
        node.set("this", _macro("round", node.this))
    return node


def _regexp_replace(node: exp.Expr, types: Types) -> exp.Expr:
    replacement = node.args.get("replacement")
    if replacement is None:
        node.set("replacement", exp.Literal.string(""))
    elif isinstance(replacement, exp.Literal):
        text = re.sub(r"\$(\d)", r"\\\1", replacement.name.replace("\\", "\\\\"))
        node.set("replacement", exp.Literal.string(text))
    else:
        raise unsupported(f"{where(node)}regexp_replace with a replacement that is not a literal")
    return node


def _bracket(node: exp.Expr, types: Types) -> exp.Expr:
    index = node.expressions[0]
    if len(node.expressions) != 1 or isinstance(index, exp.Slice) or index.is_string:
        raise unsupported(f"{where(node)}{node.sql('athena')}: use element_at")
    # sqlglot reads element_at as a subscript that may miss.
    return node if node.args.get("safe") else _macro("trino_subscript", node.this, index)


def _best(name: str, node: exp.Expr, types: Types) -> exp.Expr:
    if node.args.get("count"):
        raise unsupported(f"{where(node)}{node.key} with three arguments")
    # The one that may answer NULL: the best row's value, not the best row's that has one.
    return _macro(name, node.this, node.expression)


def _count_if(node: exp.Expr, types: Types) -> exp.Expr:
    if isinstance(node.this, exp.Distinct):
        raise unsupported(f"{where(node)}count_if(DISTINCT ...)")
    # 0 where every condition is NULL; DuckDB's count_if answers NULL there.
    return exp.Count(this=exp.Case().when(node.this.copy(), exp.Literal.number(1)))


def _unnest(node: exp.Expr, types: Types) -> exp.Expr:
    if len(node.expressions) > 1:
        raise unsupported(f"{where(node)}UNNEST of several arrays: unnest one WITH ORDINALITY")
    return node


def _reduce(node: exp.Expr, types: Types) -> exp.Expr:
    finish = node.args.get("finish")
    if not isinstance(finish, exp.Lambda) or finish.this != finish.expressions[0]:
        raise unsupported(f"{where(node)}reduce whose last function is not s -> s")
    node.set("finish", None)
    return node


def _extract(node: exp.Expr, types: Types) -> exp.Expr:
    if node.name.lower() in ("dow", "day_of_week"):
        return exp.DayOfWeekIso(this=node.expression.copy())
    return node


def _matches(comparison: str, node: exp.Expr, types: Types) -> exp.Expr:
    values, condition = node.expressions
    hits = exp.func("list_filter", values.copy(), condition.copy(), dialect=DuckDB)
    count = _macro("len", values) if comparison == "all" else exp.Literal.number(0)
    operator = exp.GT if comparison == "any" else exp.EQ
    return exp.Paren(this=operator(this=_macro("len", hits), expression=count))


def _arguments(name: str, *arguments: str) -> Rule:
    """A macro given the node's arguments by their names in sqlglot."""
    return lambda node, types: _macro(name, *(node.args[each] for each in arguments if node.args.get(each)))


RULES: dict[type[exp.Expr], Rule] = {
    exp.Div: _divide,
    exp.Add: _plus,
    exp.Sub: _plus,
    exp.DateAdd: _date_add,
    exp.DateDiff: _date_diff,
    exp.DateTrunc: _date_trunc,
    exp.TimestampTrunc: _date_trunc,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.RegexpExtract: lambda node, types: _macro(
        "trino_regexp_extract", node.this, node.expression, node.args.get("group") or 0
    ),
    exp.RegexpReplace: _regexp_replace,
    exp.SplitPart: _arguments("trino_split_part", "this", "delimiter", "part_index"),
    exp.Bracket: _bracket,
    exp.CountIf: _count_if,
    exp.ArgMax: partial(_best, "arg_max_null"),
    exp.ArgMin: partial(_best, "arg_min_null"),
    exp.ArrayDistinct: _arguments("trino_array_distinct", "this"),
    exp.ArrayContains: _arguments("trino_contains", "this", "expression"),
    exp.ArrayExcept: _arguments("trino_array_except", "this", "expression"),
    exp.ArrayMax: _arguments("trino_array_max", "this"),
    exp.ArrayMin: _arguments("trino_array_min", "this"),
    exp.ArrayRemove: _arguments("trino_array_remove", "this", "expression"),
    exp.ArrayIntersect: lambda node, types: _macro("trino_array_intersect", *node.expressions),
    exp.ArrayPosition: _arguments("trino_array_position", "this", "expression"),
    exp.ArraySlice: _arguments("trino_slice", "this", "start", "end"),
    exp.GenerateSeries: _arguments("trino_sequence", "start", "end", "step"),
    exp.Reduce: _reduce,
    exp.Unnest: _unnest,
    exp.Extract: _extract,
}
NAMED_RULES: dict[str, Rule] = {
    "array_union": lambda node, types: _macro("trino_array_union", *node.expressions),
    "every": lambda node, types: _macro("bool_and", *node.expressions),
    "any_match": partial(_matches, "any"),
    "all_match": partial(_matches, "all"),
    "none_match": partial(_matches, "none"),
}
