"""What Athena's analyser would refuse and DuckDB would not: names out of scope, and types that do not go together.

What comes out is the type of every expression that sqlglot can tell; the translation needs them.
"""

from collections.abc import Iterable, Mapping

from sqlglot import exp
from sqlglot.dialects.athena import Athena
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import TypeAnnotator, annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

from local_cloud.aws.athena.errors import QueryError, unsupported
from local_cloud.aws.athena.parse import where

# Columns by database, table and name.
Schemas = Mapping[str, Mapping[str, Mapping[str, exp.DataType]]]
FLOATING = (exp.DType.DOUBLE, exp.DType.FLOAT)
_FAMILIES = (
    ("varchar", exp.DataType.TEXT_TYPES),
    ("number", exp.DataType.NUMERIC_TYPES),
    ("date or timestamp", exp.DataType.TEMPORAL_TYPES),
    ("boolean", {exp.DType.BOOLEAN}),
    ("array", exp.DataType.ARRAY_TYPES),
    ("interval", {exp.DType.INTERVAL}),
)
# In sqlglot a decimal absorbs a double, in Trino it is the other way round.
_COERCIONS = TypeAnnotator.COERCES_TO | {
    exp.DType.DECIMAL: TypeAnnotator.COERCES_TO.get(exp.DType.DECIMAL, set()) | set(FLOATING)
}


class Types:
    """The types of a tree's expressions, kept beside it: the tree itself stays as it was written."""

    def __init__(self, tree: exp.Expr, schemas: Schemas, database: str) -> None:
        for number, node in enumerate(tree.walk()):
            node.meta["number"] = number
        qualified = _qualified(tree, MappingSchema(dict(schemas), dialect=Athena), database)
        self._types = {node.meta["number"]: node.type for node in qualified.walk() if "number" in node.meta}
        # From within, as Trino does.
        for node in reversed(list(qualified.walk())):
            _check(node)

    def of(self, node: exp.Expr) -> exp.DType:
        """The node's type, UNKNOWN where it cannot be told."""
        found = self._types.get(node.meta.get("number"))
        return found.this if found is not None else exp.DType.UNKNOWN


def _qualified(tree: exp.Expr, schema: MappingSchema, database: str) -> exp.Expr:
    copy = _with_decimals(tree.copy())
    try:
        copy = qualify(
            copy,
            schema=schema,
            db=database,
            dialect=Athena,
            expand_alias_refs=False,
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
    except OptimizeError as error:
        _find_unknown_column(tree, schema, database)
        raise QueryError("SYNTAX_ERROR", str(error)) from error
    for scope in traverse_scope(copy):
        if isinstance(scope.expression, exp.Select):
            unknown = list(scope.unqualified_columns)
            if not scope.is_correlated_subquery:
                unknown += scope.external_columns
            if unknown:
                sources = [source for _node, source in scope.selected_sources.values()]
                raise _unknown_column(unknown[0], sum(_has(source, unknown[0].name, schema) for source in sources))
    return annotate_types(copy, schema=schema, coerces_to=_COERCIONS, dialect=Athena)


def _find_unknown_column(tree: exp.Expr, schema: MappingSchema, database: str) -> None:
    """Raise for a column that its table, named before the dot, does not have; sqlglot does not say where it stands."""
    for scope in traverse_scope(tree):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                table = exp.table_(source.name, db=source.db or database)
                if column.name.lower() not in schema.column_names(table):
                    raise _unknown_column(column)


def _has(source: exp.Expr | Scope, name: str, schema: MappingSchema) -> bool:
    if isinstance(source, Scope):
        return isinstance(source.expression, exp.Query) and name in source.expression.named_selects
    return isinstance(source, exp.Table) and name in schema.column_names(source)


def _unknown_column(column: exp.Column, sources: int = 0) -> QueryError:
    name = ".".join(part.name for part in column.parts)
    if sources > 1:
        return QueryError("AMBIGUOUS_NAME", f"{where(column)}Column '{name}' is ambiguous")
    if column.name.startswith("$"):
        return unsupported(f"{where(column)}the column {name}")
    return QueryError("COLUMN_NOT_FOUND", f"{where(column)}Column '{name}' cannot be resolved")


def _with_decimals(tree: exp.Expr) -> exp.Expr:
    """The tree with 1.5 as a decimal, which it is in Trino; 1.5e0 is the double."""
    for node in list(tree.find_all(exp.Literal)):
        if not node.is_string and "." in node.name and "e" not in node.name.lower():
            decimal = exp.cast(exp.Literal.number(node.name), exp.DType.DECIMAL)
            decimal.meta.update(node.meta)
            node.replace(decimal)
    return tree


def _check(node: exp.Expr) -> None:
    if isinstance(node, exp.EQ | exp.NEQ | exp.LT | exp.LTE | exp.GT | exp.GTE):
        if not isinstance(node.right, exp.Any | exp.All):
            _same(node, node.left, [node.right], _operator(node))
    elif isinstance(node, exp.In):
        _same(node, node.this, node.expressions, "IN value and list items must be the same type")
    elif isinstance(node, exp.Between):
        bounds = [node.args["low"], node.args["high"]]
        _same(node, node.this, bounds, "Cannot check if one is BETWEEN the others")
    elif isinstance(node, exp.Coalesce):
        _same(node, node.this, node.expressions, "All COALESCE operands must be the same type")
    elif isinstance(node, exp.Case):
        results = [each.args["true"] for each in node.args["ifs"]] + [node.args.get("default")]
        _same(node, results[0], results[1:], "All CASE results must be the same type")
    elif isinstance(node, exp.If):
        _same(node, node.args["true"], [node.args.get("false")], "Result types for IF must be the same")
    elif isinstance(node, exp.DPipe):
        _joinable(node)
    elif isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div | exp.Mod):
        _computable(node)
    elif isinstance(node, exp.SetOperation):
        for left, right in zip(node.left.selects, node.right.selects, strict=False):
            _same(node, left, [right], "column in query has incompatible types")


def _family(node: exp.Expr) -> str:
    kind = node.type.this if node.type else exp.DType.UNKNOWN
    return next((name for name, kinds in _FAMILIES if kind in kinds), "")


def _same(node: exp.Expr, first: exp.Expr, others: Iterable[exp.Expr | None], problem: str) -> None:
    for other in others:
        if other is not None and _family(first) and _family(other) and _family(first) != _family(other):
            raise _mismatch(node, problem, first, other)


def _joinable(node: exp.DPipe) -> None:
    families = {_family(node.left), _family(node.right)} - {""}
    if families - {"varchar"} and "array" not in families:
        raise _mismatch(node, _operator(node), node.left, node.right)


def _computable(node: exp.Binary) -> None:
    left, right = _family(node.left), _family(node.right)
    if isinstance(node, exp.Sub) and left == right == "date or timestamp":
        raise unsupported(f"{where(node)}a date minus a date, an interval in Athena: use date_diff")
    mixed = "interval" not in (left, right) and left != right and left and right
    if mixed or "varchar" in (left, right) or "boolean" in (left, right):
        raise _mismatch(node, _operator(node), node.left, node.right)


def _operator(node: exp.Expr) -> str:
    return f"Cannot apply operator: {{}} {node.meta.get('name', node.key)} {{}}"


def _mismatch(node: exp.Expr, problem: str, left: exp.Expr, right: exp.Expr) -> QueryError:
    types = [_name(each) for each in (left, right)]
    told = problem.format(*types) if "{}" in problem else f"{problem}: {' and '.join(types)}"
    return QueryError("TYPE_MISMATCH", f"{where(node)}{told}")


def _name(node: exp.Expr) -> str:
    return node.type.sql(dialect=Athena).lower() if node.type else "unknown"
