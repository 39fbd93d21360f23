"""What can go wrong when a person works on a stack, and who acts.

CommandError
├── StackError   the stack is not there, or not one of this project's
└── FailedError  the stack did what it was asked, and failed: its reason is the message
"""


class CommandError(Exception):
    """What ends a command; the message says what to do."""


class StackError(CommandError):
    """There is no such stack, or it lacks what the command needs."""


class FailedError(CommandError):
    """A function, an execution or a tool was started and ended badly."""
