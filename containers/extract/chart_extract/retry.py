"""How often and for how long requests to Spotify are retried. One policy for every call, the token's included."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Semaphore
from typing import NoReturn, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from chart_extract.answers import RAISED_BY_SPOTIPY
from chart_extract.errors import SpotifyError, TemporaryError
from chart_extract.walls import OutOfTimeError, UnreachableError

T = TypeVar("T")

SECONDS_TO_FINISH = 2.0  # Reserved for landing the chart and for the answer.
SECONDS_TO_ANSWER = 1.0  # Of these, for the answer alone.
RETRIES_A_RUN = 20  # For all calls together: when Spotify is down, 74 charts must not ask four times each.
BACKOFF = wait_random_exponential(multiplier=0.5, max=8)


@dataclass(frozen=True)
class RetryPolicy:
    """Retries after a temporary wall, if the wait fits into the time left. Shared by all threads of a run."""

    seconds_left: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep
    attempts: int = 4
    retries: Semaphore = field(default_factory=lambda: Semaphore(RETRIES_A_RUN))

    def seconds_to_ask(self) -> float:
        """How long Spotify may take to answer; at 0 or less, nothing is requested."""
        return self.seconds_left() - SECONDS_TO_FINISH

    def call(self, subject: object, ask: Callable[[], T], wall: Callable[[Exception], SpotifyError | None]) -> T:
        """Return what ``ask`` returns, or raise the ``wall`` that it hit."""
        retrying = Retrying(
            retry=retry_if_exception_type(TemporaryError),
            wait=_wait,
            stop=self._should_stop,
            sleep=self.sleep,
            retry_error_callback=self._give_up,
        )
        answer: T = retrying(self._attempt, subject, ask, wall)
        return answer

    def _attempt(self, subject: object, ask: Callable[[], T], wall: Callable[[Exception], SpotifyError | None]) -> T:
        if self.seconds_to_ask() <= 0:
            raise OutOfTimeError(subject, f"not asked, only {self.seconds_left():.1f} s are left")
        try:
            return ask()
        except RAISED_BY_SPOTIPY as error:
            met = wall(error)
            if met is None:
                raise
        if isinstance(met, UnreachableError) and self.seconds_to_ask() <= 0:
            met = OutOfTimeError(subject, f"{met.problem}, and no time left to wait for one")
        # Raised out here, so that the error has no context, which would lead to headers with secrets.
        raise met

    def _should_stop(self, state: RetryCallState) -> bool:
        return self._is_tried_enough(state) or not self.retries.acquire(blocking=False)

    def _is_tried_enough(self, state: RetryCallState) -> bool:
        return stop_after_attempt(self.attempts)(state) or state.upcoming_sleep > self.seconds_to_ask()

    def _give_up(self, state: RetryCallState) -> NoReturn:
        error = _temporary(state)
        times = "once" if state.attempt_number == 1 else f"{state.attempt_number} times"
        error.problem += f"; asked {times}, {self._why_no_more(state)}"
        raise error

    def _why_no_more(self, state: RetryCallState) -> str:
        if stop_after_attempt(self.attempts)(state):
            return "then given up"
        if state.upcoming_sleep > self.seconds_to_ask():
            return f"since one more try would not fit into the {self.seconds_left():.0f} s left"
        return f"and the run's {RETRIES_A_RUN} retries are used up"


def _wait(state: RetryCallState) -> float:
    retry_after = _temporary(state).retry_after
    return BACKOFF(state) if retry_after is None else retry_after


def _temporary(state: RetryCallState) -> TemporaryError:
    error = state.outcome.exception() if state.outcome else None
    assert isinstance(error, TemporaryError)  # noqa: S101 - nothing else is tried again
    return error
