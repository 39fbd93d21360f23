"""Local storage that fails at one operation, and a run that meets it."""

import functools
import threading
from collections import Counter
from dataclasses import dataclass, field

from chart_transform.stores import places, store
from chart_transform.stores.local import LocalStore

OPERATIONS = ("list", "read", "write", "replace", "move", "delete")


class StorageError(Exception):
    """The storage would not."""


@dataclass
class Fault:
    """The ``number``-th operation of a kind (from 1) fails; it also counts what a run asks of its storage.

    Refused: it is not done, all others are. Died: it is done, and nothing after it is, as when the process is killed.
    """

    kind: str = "none"
    number: int = 0
    died: bool = False
    asked: Counter = field(default_factory=Counter)
    struck: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def meet(self, kind, operation, *arguments):
        """Do the operation, or fail."""
        with self.lock:
            if self.struck and self.died:
                raise StorageError(f"{kind} after the end")
            self.asked[kind] += 1
            strikes = (kind, self.asked[kind]) == (self.kind, self.number)
            self.struck = self.struck or strikes
        if strikes and not self.died:
            raise StorageError(f"{kind} {self.number} refused")
        result = operation(*arguments)
        if strikes:
            raise StorageError(f"died after {kind} {self.number}")
        return result


class FaultyStore(LocalStore):
    """A folder whose operations meet a fault."""

    def __init__(self, root, fault) -> None:
        super().__init__(root)
        self.fault = fault


def _meeting_its_fault(kind):
    operation = getattr(LocalStore, kind)

    @functools.wraps(operation)
    def met(self, *arguments):
        return self.fault.meet(kind, functools.partial(operation, self), *arguments)

    return met


for _kind in OPERATIONS:
    setattr(FaultyStore, _kind, _meeting_its_fault(_kind))


def run_with(lake, fault, monkeypatch, **options):
    """Run the job on storage with a fault: the error that ended it, or None."""
    with monkeypatch.context() as patch:
        open_store = places.open_store
        patch.setattr(places, "open_store", lambda uri: FaultyStore(open_store(uri).root, fault))
        if fault.died:
            # One operation at a time: what is done when the process dies is the same whenever the test runs.
            patch.setattr(store, "PARALLEL_REQUESTS", 1)
        try:
            lake.run(**options)
        except Exception as error:  # noqa: BLE001 - the job wraps it in errors of its own.
            return error
    return None
