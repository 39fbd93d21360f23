"""The folders of local clouds, below ``.local_cloud`` (or LOCAL_CLOUD_HOME), and which was used last."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

HOME = Path(os.environ.get("LOCAL_CLOUD_HOME", ".local_cloud"))
DEMO = HOME / "demo"
RUN = HOME / "run"
# Below a state's folder: the data bucket's objects, and what questions need of the stack besides.
BUCKET = "bucket"
CATALOG = "catalog.json"


def remember(state: Path, parameters: Mapping[str, str]) -> None:
    """Make this the state that ``make sql`` and its like work on, with the stack's parameters it was made with."""
    state.mkdir(parents=True, exist_ok=True)
    (state / "parameters.json").write_text(json.dumps(dict(parameters)))
    (HOME / "last").write_text(state.name)


def last_used() -> tuple[Path, dict[str, str]]:
    """The state that was used last and its stack's parameters; a clear end when there is none."""
    marker = HOME / "last"
    if not marker.exists():
        raise SystemExit("there is no local data yet: run `make demo` first")
    state = HOME / marker.read_text()
    if not (state / BUCKET).exists() and not (state / f"{BUCKET}.old").exists():
        raise SystemExit(f"the last `make {state.name}` did not come to its end and kept no data: run it again")
    parameters: dict[str, str] = json.loads((state / "parameters.json").read_text())
    return state, parameters


@contextmanager
def kept_by_one(state: Path) -> Iterator[None]:
    """Hold a state that is going to be saved: of two at a time, the last to end would undo the other's work."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                f"another local cloud (make demo, run or cloud) has {state} open: end it, then try again"
            ) from None
        yield
