"""What ends a command, and who acts. The message says what to do; cli.py prints it.

Top50Error
├── LakeError      there is no local lake, or it is not as the command needs it
├── StackError     the stack is not there, or not one of this project's
├── FailedError    a function, an execution or a tool was started and ended badly: its reason is the message
├── QueryError     Athena could not run a query: its reason is the message
├── RefusedError   the command did nothing, because it would do harm or nobody has agreed
└── StoppedError   a person pressed Ctrl-C
"""


class Top50Error(Exception):
    """Everything this package raises on its own account."""

    is_stop = False


class LakeError(Top50Error):
    """There is no such lake on this machine, or it lacks what the command needs."""


class StackError(Top50Error):
    """There is no such stack, or it lacks what the command needs."""


class FailedError(Top50Error):
    """What was started ended badly."""


class QueryError(Top50Error):
    """Athena could not run the query."""


class RefusedError(Top50Error):
    """The command changed nothing."""


class StoppedError(Top50Error):
    """A person ended the command."""

    is_stop = True
