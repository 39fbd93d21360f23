"""The text of a query: whether it is Athena's SQL at all.

sqlglot and DuckDB are both more generous than Athena; what only they would take is refused here.
"""

from typing import Any

import trino_sql_validator
from sqlglot import exp, parse_one
from sqlglot.dialects.athena import Athena
from sqlglot.errors import ParseError
from sqlglot.tokenizer_core import Token, TokenType

from local_cloud.aws.athena.errors import MalformedQueryError, QueryError
from local_cloud.aws.athena.statement import column_of, tokens_of

# What may stand before an index; elsewhere a bracket would begin a list of DuckDB's.
_INDEXED = (TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.ARRAY)


def parse_query(sql: str) -> exp.Query:
    """The tree of a SELECT that Athena would take."""
    result = trino_sql_validator.validate(sql, jinja="reject")
    if result.error is not None:
        raise _malformed(result.error.message, result.error.line, result.error.column)
    tokens = tokens_of(sql)
    _refuse_tokens(tokens)
    try:
        tree = parse_one(sql, read=Athena)
    except ParseError as error:
        first = error.errors[0]
        raise _malformed(str(first["description"]), first["line"], first["col"]) from error
    if isinstance(tree, exp.Values):
        names = [f"_col{place}" for place in range(len(tree.expressions[0].expressions))]
        tree = exp.select("*").from_(exp.alias_(tree, "_values", table=names))
    if not isinstance(tree, exp.Query):
        raise MalformedQueryError("line 1:1: a query was expected")
    _refuse_nodes(tree)
    _place(tree, sql, tokens)
    for warning in result.warnings:
        if isinstance(warning, trino_sql_validator.FunctionWarning):
            message = f"line {warning.line}:{warning.column}: Function '{warning.name.lower()}' not registered"
            raise QueryError("FUNCTION_NOT_FOUND", message)
        if isinstance(warning, trino_sql_validator.TypeWarning):
            raise QueryError("TYPE_NOT_FOUND", f"line {warning.line}:{warning.column}: Unknown type: {warning.name}")
    return tree


def _refuse_tokens(tokens: list[Token]) -> None:
    """What sqlglot reads over although Athena's parser does not."""
    limits: dict[int, bool] = {}
    depth = 0
    for before, token in zip([None, *tokens], tokens, strict=False):
        kind = token.token_type
        depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
        if kind is TokenType.SELECT:
            limits[depth] = False
        if kind is TokenType.LIMIT:
            limits[depth] = True
        opens = before is None or before.token_type is TokenType.L_PAREN
        follows_source = before is not None and before.token_type in (TokenType.FROM, TokenType.JOIN)
        if (
            kind is TokenType.L_BRACE
            or (kind is TokenType.OFFSET and limits.get(depth))
            or (kind is TokenType.FROM and opens)
            or (kind is TokenType.L_BRACKET and (before is None or before.token_type not in _INDEXED))
            or (kind is TokenType.STRING and follows_source)
        ):
            raise _malformed(f"mismatched input '{token.text}'", token.line, column_of(token))


def _refuse_nodes(tree: exp.Expr) -> None:
    for node in tree.walk():
        if isinstance(node, exp.DataType) and node.this == exp.DType.TEXT:
            raise QueryError("TYPE_NOT_FOUND", "Unknown type: text")
        args = {name for name, value in node.args.items() if value}
        foreign = (
            (args & {"on"} if isinstance(node, exp.Distinct) else set())
            | (args if isinstance(node, exp.Star) else set())
            | ({node.kind} - {"", "CROSS", "INNER", "OUTER"} if isinstance(node, exp.Join) else set())
            | (args & {"percent", "with_ties"} if isinstance(node, exp.LimitOptions) else set())
            | (args & {"qualify", "cluster", "sort", "distribute"} if isinstance(node, exp.Select) else set())
        )
        if foreign:
            raise MalformedQueryError(f"mismatched input '{min(foreign).upper().replace('_', ' ')}'")


def _place(tree: exp.Expr, sql: str, tokens: list[Token]) -> None:
    """Give operators their place and, as functions, the name that they have in the text."""
    signs = [token for token in tokens if token.text not in ("(", ")")]
    for node in tree.find_all(exp.Binary):
        left = max((int(meta["end"]) for meta in _known(node.left)), default=None)
        right = min((int(meta["start"]) for meta in _known(node.right)), default=None)
        sign = None
        if left is not None:
            sign = next((it for it in signs if it.start > left), None)
        elif right is not None:
            sign = next((it for it in reversed(signs) if it.start < right), None)
        if sign is not None:
            node.meta.update(line=sign.line, col=sign.col, start=sign.start, end=sign.end)
    for placed in tree.find_all(exp.Func, exp.Binary):
        if "start" in placed.meta:
            placed.meta["name"] = sql[placed.meta["start"] : placed.meta["end"] + 1]


def _known(node: exp.Expr) -> list[dict[str, Any]]:
    return [each.meta for each in node.walk() if "line" in each.meta]


def where(node: exp.Expr) -> str:
    """``line 1:8: ``: where an operator or a function stands, else the node's first name or literal, if known."""
    known = [node.meta] if "line" in node.meta else _known(node)
    if not known:
        return ""
    first = min(known, key=lambda meta: int(meta["start"]))
    return f"line {first['line']}:{first['col'] - (first['end'] - first['start'])}: "


def _malformed(message: str, line: int | None, column: int | None) -> MalformedQueryError:
    return MalformedQueryError(f"line {line or 1}:{column or 1}: {message.removeprefix('sql parser error: ')}")
