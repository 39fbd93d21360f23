"""What can go wrong while checking the lake, and who acts.

CheckError
├── ConfigError         a setting is missing or wrong: fix the deployment
├── EventError          the event is not one that this function handles: correct what sent it
├── RunSummaryError     the run left no readable summary: look at the log of its Glue job
├── QueryError          Athena did not answer a check's query: its reason says what to do
└── ChecksFailedError   the lake breaks a rule: each check's own text says what to do
"""


class CheckError(Exception):
    """Everything this package raises on its own account."""


class ConfigError(CheckError):
    """A setting is missing or wrong."""


class EventError(CheckError):
    """The event is not one that this function handles."""


class RunSummaryError(CheckError):
    """The summary of a run is missing or unreadable."""


class QueryError(CheckError):
    """Athena ended a query without a result."""


class ChecksFailedError(CheckError):
    """At least one check found rows that break its rule, or could not run; the result is stored."""
