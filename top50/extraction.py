"""Read charts now, into a lake on this machine, and process what has landed."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console

from top50.csv_files import earlier
from top50.errors import FailedError
from top50.lakes import Lake
from top50.pipeline import LOCAL, stop_on_failure, stop_on_files_left, wait_until_quiet
from top50.show import show_rows, show_seconds


def extract_now(out: Console, lake: Lake, secret: Mapping[str, str]) -> None:
    """Extract with these credentials, process, and print the lake's counts.

    What has landed is processed even when a chart failed; then FailedError says why that one did.
    """
    failure = None
    out.print(lake.place)
    with lake.cloud() as cloud:
        cloud.set_spotify_secret(secret)
        stack = lake.stack(cloud)
        started = time.monotonic()
        with cloud.poll_queues(), out.status("extract") as status:
            try:
                stack.fire_schedule(datetime.now(UTC))
            except FailedError as error:
                failure = error
            spent = time.monotonic() - started
            ended = wait_until_quiet(stack, status.update, LOCAL)
        for line in earlier(stack):
            out.print(line)
        stop_on_failure(ended)
        stop_on_files_left(stack)
        if ended:
            lake.remember()
            show_rows(out, stack)
            show_seconds(out, stack, spent, ended)
        elif lake.parameters["Charts"].strip() == "none":
            lake.remember()
            out.print("CHARTS=none: no playlist was read. To add a chart's CSV: top50 add-csv regional-...csv")
    if failure:
        raise failure
