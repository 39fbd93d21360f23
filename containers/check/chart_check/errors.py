"""What can go wrong while checking the lake, and who acts.

CheckError
├── ConfigError         a setting is missing or wrong: fix the deployment
├── EventError          the event asks for nothing we can do: whoever sent it
├── RunSummaryError     the run left no readable summary: look at the log of its Glue job
├── QueryError          Athena did not answer a check's query: its reason says what to do
└── ChecksFailedError   the lake is not as it must be: each check's own text says who acts
"""


class CheckError(Exception):
    """Everything this package raises on its own account."""


class ConfigError(CheckError):
    """A setting is missing or wrong."""


class EventError(CheckError):
    """The event asks for nothing we can do."""


class RunSummaryError(CheckError):
    """The summary of a run is not there, or is none."""


class QueryError(CheckError):
    """Athena ended a query without an answer."""


class ChecksFailedError(CheckError):
    """At least one check found rows that must not be, or could not be made; the result is stored."""
