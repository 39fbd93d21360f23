"""The policy alone; test_walls.py has how often each wall is met, and the one that goes away."""

from threading import Semaphore

import pytest

from chart_extract.errors import SpotifyError, TemporaryError
from chart_extract.retry import RetryPolicy
from chart_extract.walls import OutOfTimeError, RateLimitError, UnavailableError


class Call:
    """A call that meets walls before it succeeds."""

    def __init__(self, *walls):
        self.walls = list(walls)
        self.times = 0

    def __call__(self):
        self.times += 1
        if self.walls:
            raise KeyError(self.walls.pop(0))
        return "answer"


def wall(error):
    return error.args[0]


def busy(retry_after=None):
    return UnavailableError("chart us", "Spotify answered 503", retry_after)


def test_waits_are_random_within_a_growing_and_bounded_window(lambda_time):
    lambda_time.left = 10_000
    policy = RetryPolicy(lambda: lambda_time.left, lambda_time.sleep, attempts=12, retries=Semaphore(9_999))

    windows = [[] for _ in range(11)]
    for _ in range(50):
        lambda_time.slept.clear()
        policy.call("chart us", Call(*[busy() for _ in range(11)]), wall)
        for window, wait in zip(windows, lambda_time.slept, strict=True):
            window.append(wait)

    for number, window in enumerate(windows):
        bound = min(8, 0.5 * 2**number)
        assert bound / 2 < max(window) <= bound
        assert min(window) < bound / 2


def test_the_calls_of_a_run_share_one_budget_of_retries(lambda_time):
    policy = RetryPolicy(lambda: lambda_time.left, lambda_time.sleep, retries=Semaphore(4))
    calls = [Call(*[busy() for _ in range(9)]) for _ in range(3)]

    told = []
    for call in calls:
        with pytest.raises(UnavailableError) as raised:
            policy.call("chart us", call, wall)
        told.append(raised.value.problem)

    assert [call.times for call in calls] == [4, 2, 1]
    assert ["are used up" in problem for problem in told] == [False, True, True]


def test_retry_after_is_honoured_to_the_second_when_it_fits(policy, lambda_time):
    policy.call("chart us", Call(RateLimitError("chart us", "429", 7.0)), wall)

    assert lambda_time.slept == [7.0]


@pytest.mark.parametrize("wait", [86_400.0, 59.0])
def test_a_wait_that_does_not_fit_the_time_left_is_not_begun(policy, lambda_time, wait):
    with pytest.raises(RateLimitError, match="asked once, since one more try would not fit into the 60 s left"):
        policy.call("chart us", Call(RateLimitError("chart us", "429", wait)), wall)

    assert lambda_time.slept == []


def test_a_second_wait_must_fit_what_the_first_has_left(policy, lambda_time):
    call = Call(*[RateLimitError("chart us", "429", 30.0) for _ in range(3)])

    with pytest.raises(RateLimitError, match="asked 2 times, since one more try would not fit into the 30 s left"):
        policy.call("chart us", call, wall)

    assert lambda_time.slept == [30.0]


def test_without_time_nothing_is_asked(policy, lambda_time):
    lambda_time.left = 1.5
    call = Call()

    with pytest.raises(OutOfTimeError, match=r"chart us: not asked, only 1.5 s are left"):
        policy.call("chart us", call, wall)

    assert call.times == 0


def test_an_exception_that_is_no_wall_comes_through_as_it_is(policy):
    def broken():
        return {}["no such key"]

    with pytest.raises(KeyError, match="no such key"):
        policy.call("chart us", broken, lambda _error: None)


def test_only_temporary_walls_are_tried_again():
    def subclasses(kind):
        return {kind} | {it for child in kind.__subclasses__() for it in subclasses(child)}

    names = {kind.__name__ for kind in subclasses(TemporaryError)} - {"TemporaryError"}

    assert names == {"RateLimitError", "UnavailableError", "UnreachableError"}
    assert all(kind.meaning and kind.action for kind in subclasses(SpotifyError) - {SpotifyError, TemporaryError})
