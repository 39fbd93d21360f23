"""The text of a query: whether it is Athena's SQL at all, and which kind of statement it is.

sqlglot and DuckDB are both more generous than Athena; what only they would take is refused here.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import trino_sql_validator
from sqlglot import exp, parse_one
from sqlglot.dialects.athena import Athena
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local_cloud.aws.athena.errors import MalformedQueryError, QueryError

_NAME = r"""(?:[`"]?[\w-]+[`"]?\.){0,2}[`"]?[\w-]+[`"]?"""
# What Athena's own statements look like; the rest is Trino's and parsed by sqlglot.
_STATEMENTS = {
    "UNLOAD": re.compile(
        r"UNLOAD\s*\((?P<query>.*)\)\s*TO\s*'(?P<location>[^']*)'\s*WITH\s*\((?P<options>.*)\)", re.I | re.S
    ),
    "CREATE VIEW": re.compile(
        rf"CREATE\s+(?P<replace>OR\s+REPLACE\s+)?VIEW\s+(?P<name>{_NAME})\s+AS\s+(?P<query>.*)", re.I | re.S
    ),
    "CREATE TABLE AS": re.compile(
        rf"CREATE\s+TABLE\s+(?P<exists>IF\s+NOT\s+EXISTS\s+)?(?P<name>{_NAME})\s*"
        r"(?:WITH\s*\((?P<options>[^()]*)\)\s*)?AS\s+(?P<query>.*?)(?P<empty>\s+WITH\s+NO\s+DATA)?",
        re.I | re.S,
    ),
    "DROP VIEW": re.compile(rf"DROP\s+VIEW\s+(?P<exists>IF\s+EXISTS\s+)?(?P<name>{_NAME})", re.I),
    "DROP TABLE": re.compile(rf"DROP\s+TABLE\s+(?P<exists>IF\s+EXISTS\s+)?(?P<name>{_NAME})", re.I),
    "SHOW COLUMNS": re.compile(
        rf"SHOW\s+COLUMNS\s+(?:FROM|IN)\s+(?P<name>{_NAME})(?:\s+(?:FROM|IN)\s+(?P<database>{_NAME}))?", re.I
    ),
    "SHOW CREATE TABLE": re.compile(rf"SHOW\s+CREATE\s+TABLE\s+(?P<name>{_NAME})", re.I),
    "SHOW CREATE VIEW": re.compile(rf"SHOW\s+CREATE\s+VIEW\s+(?P<name>{_NAME})", re.I),
    "SHOW DATABASES": re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)", re.I),
    "SHOW TABLES": re.compile(rf"SHOW\s+TABLES(?:\s+IN\s+(?P<name>{_NAME}))?(?:\s+'(?P<pattern>[^']*)')?", re.I),
    "SHOW VIEWS": re.compile(rf"SHOW\s+VIEWS(?:\s+IN\s+(?P<name>{_NAME}))?", re.I),
    "SHOW PARTITIONS": re.compile(rf"SHOW\s+PARTITIONS\s+(?P<name>{_NAME})", re.I),
    "DESCRIBE": re.compile(rf"DESC(?:RIBE)?\s+(?P<name>{_NAME})", re.I),
}
# What Athena knows besides, by one word or two, and what of Trino's statements it does not take.
_OTHERS = {"DEALLOCATE", "DELETE", "EXECUTE", "EXPLAIN", "INSERT", "MERGE", "OPTIMIZE", "PREPARE", "UPDATE", "VACUUM"}
_OTHERS_BY_TWO = {"ALTER", "CREATE", "DESC", "DESCRIBE", "DROP", "MSCK", "SHOW", "UNLOAD"}
_NOT_ATHENAS = {"ANALYZE", "CALL", "COMMENT", "COMMIT", "DENY", "GRANT", "REFRESH", "RESET", "REVOKE"}
_NOT_ATHENAS |= {"ROLLBACK", "SET", "START", "TRUNCATE", "USE"}
# What may stand before an index; elsewhere a bracket would begin a list of DuckDB's.
_INDEXED = (TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.ARRAY)
_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE", "(")


@dataclass(frozen=True)
class Statement:
    """One statement, taken apart as far as its kind needs it; ``query`` is the SELECT in it."""

    kind: str
    query: str = ""
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """What GetQueryExecution calls it."""
        if self.kind in ("SELECT", "CREATE TABLE AS", "UNLOAD"):
            return "DML"
        return "UTILITY" if self.kind.startswith(("SHOW", "DESCRIBE")) else "DDL"


def read_statement(sql: str, parameters: list[str]) -> Statement:
    """The statement, with its ``?`` filled in; MalformedQueryError if it is none."""
    text = _filled(sql, _tokens(sql), parameters)
    tokens = _tokens(text)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise MalformedQueryError(f"Only one sql statement is allowed. Got: {sql}")
    if not tokens:
        raise MalformedQueryError("line 1:1: mismatched input '<EOF>'")
    # Comments before the statement and after it are no part of it.
    start, end = tokens[0].start, tokens[-1].end + 1
    # sqlglot takes some statements' first two words as one.
    word = tokens[0].text.split()[0]
    first = word.upper()
    if first in _QUERIES:
        return Statement("SELECT", _blank(text[:start]) + text[start:end])
    for kind, pattern in _STATEMENTS.items():
        found = pattern.fullmatch(text, start, end)
        if found:
            parts = {name: value for name, value in found.groupdict().items() if value is not None}
            query = parts.pop("query", "")
            return Statement(kind, _blank(text[: found.start("query")]) + query if query else "", parts)
    if first in _NOT_ATHENAS:
        raise MalformedQueryError(f"Queries of this type are not supported: {first}")
    if first in _OTHERS_BY_TWO:
        return Statement(" ".join(text[start:end].upper().split()[:2]))
    if first not in _OTHERS:
        raise _malformed(f"mismatched input '{word}'", tokens[0].line, _column(tokens[0]))
    return Statement(first)


def parse_query(sql: str) -> exp.Query:
    """The tree of a SELECT that Athena would take."""
    result = trino_sql_validator.validate(sql, jinja="reject")
    if result.error is not None:
        raise _malformed(result.error.message, result.error.line, result.error.column)
    tokens = _tokens(sql)
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


def require_syntax(query: str) -> None:
    """MalformedQueryError for what is not a query at all; what else may be wrong with it shows when it runs."""
    if query:
        with suppress(QueryError):
            parse_query(query)


def _blank(text: str) -> str:
    """As many lines and columns of nothing: what stands behind keeps its place, which errors tell."""
    return re.sub(r"[^\n]", " ", text)


def _tokens(sql: str) -> list[Token]:
    try:
        # Not as Athena: there sqlglot takes the rest of an UNLOAD as one token.
        return Trino().tokenize(sql)
    except TokenError as error:
        raise MalformedQueryError(f"line 1:1: {error}") from error


def _filled(sql: str, tokens: list[Token], parameters: list[str]) -> str:
    """The statement with each ``?`` replaced by its parameter, which is an SQL expression such as ``'a'`` or 1."""
    places = [token for token in tokens if token.token_type is TokenType.PLACEHOLDER]
    if len(places) != len(parameters):
        message = f"Incorrect number of parameters: expected {len(places)} but found {len(parameters)}"
        raise MalformedQueryError(f"line 1:1: {message}")
    for place, parameter in reversed(list(zip(places, parameters, strict=True))):
        try:
            value = parse_one(parameter, read=Athena)
        except (ParseError, TokenError) as error:
            raise MalformedQueryError(f"parameter {parameter}: not an expression") from error
        if value.find(exp.Query, exp.Column, exp.Command):
            raise MalformedQueryError(f"parameter {parameter}: not a constant; strings need quotes: '{parameter}'")
        sql = f"{sql[: place.start]}{parameter}{sql[place.end + 1 :]}"
    return sql


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
            raise _malformed(f"mismatched input '{token.text}'", token.line, _column(token))


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


def _column(token: Token) -> int:
    return token.col - (token.end - token.start)


def _malformed(message: str, line: int | None, column: int | None) -> MalformedQueryError:
    return MalformedQueryError(f"line {line or 1}:{column or 1}: {message.removeprefix('sql parser error: ')}")
