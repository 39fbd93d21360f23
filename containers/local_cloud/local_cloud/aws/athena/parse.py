"""The text of a query: whether it is Athena's SQL at all, and which kind of statement it is.

sqlglot and DuckDB are both more generous than Athena; what only they would take is refused here.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field

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
    "SHOW DATABASES": re.compile(r"SHOW\s+(?:DATABASES|SCHEMAS)", re.I),
    "SHOW TABLES": re.compile(rf"SHOW\s+TABLES(?:\s+IN\s+(?P<name>{_NAME}))?(?:\s+'(?P<pattern>[^']*)')?", re.I),
    "SHOW VIEWS": re.compile(rf"SHOW\s+VIEWS(?:\s+IN\s+(?P<name>{_NAME}))?", re.I),
    "SHOW PARTITIONS": re.compile(rf"SHOW\s+PARTITIONS\s+(?P<name>{_NAME})", re.I),
    "DESCRIBE": re.compile(rf"DESC(?:RIBE)?\s+(?P<name>{_NAME})", re.I),
}
# What Athena knows besides.
_OTHERS = {"ALTER", "CREATE", "DEALLOCATE", "DELETE", "DESC", "DESCRIBE", "DROP", "EXECUTE", "EXPLAIN", "INSERT"}
_OTHERS |= {"MERGE", "MSCK", "OPTIMIZE", "PREPARE", "SHOW", "UNLOAD", "UPDATE", "VACUUM"}
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
    # Comments before the statement and after it are no part of it; lines keep their numbers.
    text = "\n" * text.count("\n", 0, tokens[0].start) + text[tokens[0].start : tokens[-1].end + 1]
    if tokens[0].text.upper() in _QUERIES:
        return Statement("SELECT", text)
    for kind, pattern in _STATEMENTS.items():
        found = pattern.fullmatch(text.strip())
        if found:
            parts = {name: value for name, value in found.groupdict().items() if value is not None}
            return Statement(kind, parts.pop("query", ""), parts)
    if tokens[0].text.upper() not in _OTHERS:
        raise _malformed(f"mismatched input '{tokens[0].text}'", 1, 1)
    return Statement(" ".join(token.text.upper() for token in tokens[:3]))


def parse_query(sql: str) -> exp.Query:
    """The tree of a SELECT that Athena would take."""
    result = trino_sql_validator.validate(sql, jinja="reject")
    if result.error is not None:
        raise _malformed(result.error.message, result.error.line, result.error.column)
    _refuse_tokens(_tokens(sql))
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
            raise _malformed(f"mismatched input '{token.text}'", token.line, token.col - (token.end - token.start))


def _refuse_nodes(tree: exp.Expr) -> None:
    for node in tree.walk():
        if isinstance(node, exp.DataType) and node.this == exp.DType.TEXT:
            raise QueryError("TYPE_NOT_FOUND", "Unknown type: text")
        args = {name for name, value in node.args.items() if value}
        foreign = (
            (isinstance(node, exp.Distinct) and "on" in args)
            or (isinstance(node, exp.Star) and bool(args))
            or (isinstance(node, exp.Join) and node.kind not in ("", "CROSS", "INNER", "OUTER"))
            or (isinstance(node, exp.LimitOptions) and bool(args & {"percent", "with_ties"}))
            or (isinstance(node, exp.Select) and bool(args & {"qualify", "sample", "cluster", "sort", "distribute"}))
        )
        if foreign:
            raise MalformedQueryError(f"{where(node)}mismatched input '{node.sql('athena')}'")


def where(node: exp.Expr) -> str:
    """``line 1:8: ``: where the node's first name or literal stands, as far as that is known."""
    known = [each.meta for each in node.walk() if "line" in each.meta]
    if not known:
        return ""
    first = min(known, key=lambda meta: int(meta["start"]))
    return f"line {first['line']}:{first['col'] - (first['end'] - first['start'])}: "


def _malformed(message: str, line: int | None, column: int | None) -> MalformedQueryError:
    return MalformedQueryError(f"line {line or 1}:{column or 1}: {message.removeprefix('sql parser error: ')}")
