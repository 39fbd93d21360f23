"""Do many things at once, and be done in time."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from chart_extract.retry import SECONDS_TO_ANSWER, RetryPolicy
from chart_extract.spotify import CONNECTIONS
from chart_extract.walls import OutOfTimeError

K = TypeVar("K")
T = TypeVar("T")


def in_time(tasks: Mapping[K, Callable[[], T]], policy: RetryPolicy) -> dict[K, Future[T]]:
    """Run tasks at once, and return those that end while there is time for the answer.

    A time limit of a request is one between two bytes: no such limit ends an answer that drips.
    """
    pool = ThreadPoolExecutor(max_workers=CONNECTIONS)
    futures = {name: pool.submit(task) for name, task in tasks.items()}
    done, _late = wait(futures.values(), timeout=max(0.0, policy.seconds_left() - SECONDS_TO_ANSWER))
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: future for name, future in futures.items() if future in done}


def unfinished(subject: object, policy: RetryPolicy) -> OutOfTimeError:
    """Say of a task that it is not among those."""
    return OutOfTimeError(subject, f"not done in time: {policy.seconds_left():.1f} s are left, for the run's answer")
