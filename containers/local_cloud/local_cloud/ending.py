"""How a command that serves until somebody ends it is ended in order."""

import signal
from queue import SimpleQueue


class AskedToEnd:
    """From its making on, Ctrl-C, SIGTERM and a closed terminal no longer kill the process: they are waited for.

    A threading.Event would not do: set by a handler that interrupts the wait for it, it waits for its own lock.
    """

    def __init__(self) -> None:
        self._asked: SimpleQueue[int] = SimpleQueue()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda signum, _frame: self._asked.put(signum))

    def wait(self) -> None:
        """Return once the process has been asked to end."""
        self._asked.get()
