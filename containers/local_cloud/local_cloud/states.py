"""What a local cloud keeps between two runs, in a folder: the data bucket's objects and the catalog."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BUCKET = "bucket"
CATALOG = "catalog.json"


class StateError(Exception):
    """The folder cannot be used now."""


@contextmanager
def kept_by_one(state: Path) -> Iterator[None]:
    """Hold a folder that is going to be saved: of two at a time, the last to end would undo the other's work."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateError(f"another local cloud has {state} open (top50 demo, run or cloud): end it first") from None
        yield
