"""WITH as Athena runs it: a subquery is computed, and its tables are read, as often as it is named."""

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope


def inline_ctes(tree: exp.Query) -> exp.Query:
    """The tree with each name of a WITH replaced by its subquery: DuckDB would compute it once and scan less."""
    if any(each.args.get("recursive") for each in tree.find_all(exp.With)):
        return tree
    # Scopes come from the inside out: what a subquery names itself has been replaced before it is copied.
    for scope in traverse_scope(tree):
        for node, source in list(scope.selected_sources.values()):
            if isinstance(source, Scope) and source.is_cte and isinstance(node, exp.Table):
                _replace(node, source.expression)
    for each in list(tree.find_all(exp.With)):
        each.pop()
    return tree


def _replace(node: exp.Table, query: exp.Expr) -> None:
    named = query.find_ancestor(exp.CTE)
    columns = named.args["alias"].columns if named is not None else []
    alias = exp.TableAlias(this=exp.to_identifier(node.alias_or_name), columns=[each.copy() for each in columns])
    if node.alias_column_names:
        alias.set("columns", node.args["alias"].columns)
    rest = {name: node.args[name] for name in ("joins",) if node.args.get(name)}
    node.replace(exp.Subquery(this=query.copy(), alias=alias, **rest))
