"""Do several things at once, within the time left."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

from chart_extract.retry import SECONDS_TO_ANSWER, RetryPolicy
from chart_extract.spotify import CONNECTIONS
from chart_extract.walls import OutOfTimeError

K = TypeVar("K")
T = TypeVar("T")


def in_time(tasks: Mapping[K, Callable[[], T]], policy: RetryPolicy) -> dict[K, Future[T]]:
    """Run tasks at once, and return those that end while there is time left to answer.

    The timeout of a request counts the time between two bytes, so it cannot end a response that trickles in.
    """
    pool = ThreadPoolExecutor(max_workers=CONNECTIONS)
    futures = {name: pool.submit(task) for name, task in tasks.items()}
    done, _late = wait(futures.values(), timeout=max(0.0, policy.seconds_left() - SECONDS_TO_ANSWER))
    pool.shutdown(wait=False, cancel_futures=True)
    return {name: future for name, future in futures.items() if future in done}


def unfinished(subject: object, policy: RetryPolicy) -> OutOfTimeError:
    """The error for a task that is not among those."""
    return OutOfTimeError(subject, f"not done in time: the {policy.seconds_left():.1f} s left are for the answer")
