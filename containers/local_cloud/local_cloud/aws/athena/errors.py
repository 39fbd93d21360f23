"""Why a query fails: in Athena's words where Athena refuses it too; else it says that the limit is a local one."""

LOCAL_LIMIT = "(the local Athena cannot do this, Athena on AWS can)"


class QueryError(Exception):
    """A query ends FAILED with this reason: ``COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if code else message)
        self.code = code
        self.message = message


class MalformedQueryError(Exception):
    """The text is no statement of Athena's: refused when it is sent, it never becomes a query."""


def unsupported(what: str) -> QueryError:
    """Athena would run it, this does not: better said than answered differently."""
    return QueryError("NOT_SUPPORTED", f"{what} {LOCAL_LIMIT}")
