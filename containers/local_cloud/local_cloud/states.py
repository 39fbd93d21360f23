"""What a local cloud keeps between two runs, in a folder: the data bucket's objects and the catalog."""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

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


def write_whole(file: Path, text: str) -> None:
    """Replace a file only when all of it is written: the process may be killed meanwhile, or the disk be full."""
    unfinished = file.with_name(f"{file.name}.unfinished")
    unfinished.write_text(text)
    unfinished.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """The object in a file, or nothing where there is no file; StateError when it is damaged."""
    try:
        return dict(json.loads(file.read_text())) if file.exists() else {}
    except (TypeError, ValueError) as error:
        raise StateError(f"{file} is damaged ({error}). Delete it: it will be made anew") from None
