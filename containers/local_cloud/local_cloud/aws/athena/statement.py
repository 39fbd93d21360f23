"""Which kind of statement a text is, and its parts."""

import re
from dataclasses import dataclass, field

from sqlglot import exp, parse_one
from sqlglot.dialects.athena import Athena
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local_cloud.aws.athena.errors import MalformedQueryError

# What Athena's own statements look like, a blank for any white space; the rest is Trino's and parsed by sqlglot.
_PATTERNS = {
    "UNLOAD": r"UNLOAD *\((?P<query>.*)\) *TO *'(?P<location>[^']*)' *WITH *\((?P<options>.*)\)",
    "CREATE VIEW": r"CREATE (?P<replace>OR REPLACE )?VIEW <name> AS (?P<query>.*)",
    "CREATE TABLE AS": r"CREATE TABLE (?P<exists>IF NOT EXISTS )?<name> *(?:WITH *\((?P<options>[^()]*)\) *)?AS "
    r"(?P<query>.*?)(?P<empty> WITH NO DATA)?",
    "DROP VIEW": r"DROP VIEW (?P<exists>IF EXISTS )?<name>",
    "DROP TABLE": r"DROP TABLE (?P<exists>IF EXISTS )?<name>",
    "SHOW COLUMNS": r"SHOW COLUMNS (?:FROM|IN) <name>(?: (?:FROM|IN) (?P<database>\S+))?",
    "SHOW CREATE TABLE": r"SHOW CREATE TABLE <name>",
    "SHOW CREATE VIEW": r"SHOW CREATE VIEW <name>",
    "SHOW DATABASES": r"SHOW (?:DATABASES|SCHEMAS)",
    "SHOW TABLES": r"SHOW TABLES(?: IN <name>)?(?: '(?P<pattern>[^']*)')?",
    "SHOW VIEWS": r"SHOW VIEWS(?: IN <name>)?",
    "SHOW PARTITIONS": r"SHOW PARTITIONS <name>",
    "DESCRIBE": r"DESC(?:RIBE)? <name>",
}
_NAME = r"""(?P<name>(?:[`"]?[\w-]+[`"]?\.){0,2}[`"]?[\w-]+[`"]?)"""
_STATEMENTS = {
    kind: re.compile(
        pattern.replace(" *", r"\s*").replace(" ", r"\s+").replace("<name>", _NAME), re.IGNORECASE | re.DOTALL
    )
    for kind, pattern in _PATTERNS.items()
}
_QUERIES = ("SELECT", "WITH", "VALUES", "TABLE", "(")
# What Athena knows besides, by one word or two, and what of Trino's statements it does not take.
_OTHERS = {"DEALLOCATE", "DELETE", "EXECUTE", "EXPLAIN", "INSERT", "MERGE", "OPTIMIZE", "PREPARE", "UPDATE", "VACUUM"}
_OTHERS_BY_TWO = {"ALTER", "CREATE", "DESC", "DESCRIBE", "DROP", "MSCK", "SHOW", "UNLOAD"}
_NOT_ATHENAS = {"ANALYZE", "CALL", "COMMENT", "COMMIT", "DENY", "GRANT", "REFRESH", "RESET", "REVOKE"}
_NOT_ATHENAS |= {"ROLLBACK", "SET", "START", "TRUNCATE", "USE"}


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
    text = _filled(sql, tokens_of(sql), parameters)
    tokens = tokens_of(text)
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    # Athena looks into comments, too.
    if any(token.token_type is TokenType.SEMICOLON or ";" in "".join(token.comments) for token in tokens):
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
        words = text[start:end].split()
        kind = " ".join(words[:2]).upper()
        if kind in _STATEMENTS or kind == "DESC":
            raise MalformedQueryError(f"line 1:1: mismatched input '{'<EOF>' if len(words) < 3 else words[2]}'")
        return Statement(kind)
    if first not in _OTHERS:
        raise MalformedQueryError(f"line {tokens[0].line}:{column_of(tokens[0])}: mismatched input '{word}'")
    return Statement(first)


def tokens_of(sql: str) -> list[Token]:
    """The words of a text; MalformedQueryError where it ends within one."""
    try:
        # Not as Athena: there sqlglot takes the rest of an UNLOAD as one token.
        return Trino().tokenize(sql)
    except TokenError as error:
        raise MalformedQueryError(f"line 1:1: {error}") from error


def column_of(token: Token) -> int:
    """Where a token begins, as errors count it."""
    return token.col - (token.end - token.start)


def _blank(text: str) -> str:
    """As many lines and columns of nothing: what stands behind keeps its place, which errors tell."""
    return re.sub(r"[^\n]", " ", text)


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
