"""Run a command, and end it with all it has started when whoever started us is gone.

``python -m local_cloud.spark.keeper COMMAND...``, with a pipe as standard input that the starter holds open: when the
starter ends, however it ends, the pipe does too. Without this, a job outlives a killed local cloud and writes into the
next one.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress


def main(command: list[str]) -> int:
    """Run it to its end; returns its exit code."""
    # Ctrl-C in a terminal goes to the whole group: it must not end us before what we keep.
    os.setsid()
    process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL)  # noqa: S603
    threading.Thread(target=_end_with_starter, args=[process.pid], daemon=True).start()
    code = process.wait()
    # What the command left behind, such as Spark's Python workers.
    _kill(process.pid)
    return code


def _end_with_starter(group: int) -> None:
    # Not through sys.stdin: a thread that waits in there keeps Python from ending.
    while os.read(0, 1024):
        continue
    _kill(group)


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
