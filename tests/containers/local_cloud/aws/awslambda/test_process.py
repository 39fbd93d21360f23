"""A function's handler in a process of its own, as Lambda treats it."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from local_cloud.aws.awslambda.process import FunctionError, LambdaFunction

HANDLERS = """
import os, sys, time
calls = 0

def echo(event, context):
    return {"event": event, "left": context.get_remaining_time_in_millis(), "name": context.function_name}

def count(event, context):
    global calls
    calls += 1
    return calls

def environment(event, context):
    return dict(os.environ)

def prints(event, context):
    print("a line that must not be taken for the answer")
    return "answered"

def raises(event, context):
    raise KeyError("no such chart")

def sleeps(event, context):
    time.sleep(60)

def lingers(event, context):
    time.sleep(0.5)
    return os.getpid()

def exits(event, context):
    os._exit(3)

def unanswerable(event, context):
    return {1, 2}
"""


@pytest.fixture
def function(tmp_path):
    (tmp_path / "handlers.py").write_text(HANDLERS)
    made = []

    def make(name, **settings):
        settings = {"environment": {}, "timeout": 30, **settings}
        handler = name if "." in name else f"handlers.{name}"
        made.append(LambdaFunction(name, handler, code=tmp_path, log=tmp_path / "log" / "function.log", **settings))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_the_event_goes_in_and_the_result_comes_out(function):
    answer = function("echo", timeout=30).invoke({"time": "2026-11-22T23:00:00Z"})

    assert answer["event"] == {"time": "2026-11-22T23:00:00Z"}
    assert answer["name"] == "echo"
    assert 20_000 < answer["left"] <= 30_000


def test_a_function_stays_warm_between_two_events(function):
    counting = function("count")

    assert [counting.invoke({}), counting.invoke({})] == [1, 2]


def test_a_function_sees_its_own_environment_and_not_that_of_this_process(function, monkeypatch):
    monkeypatch.setenv("SPOTIFY_CLIENT_SECRET", "of-somebody-else")

    environment = function("environment", environment={"CHARTS": "global"}).invoke({})

    assert environment["CHARTS"] == "global"
    assert "SPOTIFY_CLIENT_SECRET" not in environment


def test_what_a_handler_prints_goes_to_its_log(function, tmp_path):
    answer = function("prints").invoke({})

    assert answer == "answered"
    assert "a line that must not be taken" in (tmp_path / "log" / "function.log").read_text()


@pytest.mark.parametrize(
    ("handler", "kind", "message"),
    [("raises", "KeyError", "'no such chart'"), ("unanswerable", "TypeError", "Object of type set is not JSON")],
)
def test_an_exception_and_a_result_that_is_no_json_come_back_with_type_and_message(function, handler, kind, message):
    with pytest.raises(FunctionError) as raised:
        function(handler).invoke({})

    assert raised.value.payload["errorType"] == kind
    assert raised.value.payload["errorMessage"].startswith(message)


def test_a_handler_that_cannot_be_loaded_fails_every_time(function):
    missing = function("handlers.no_such_handler")

    for _attempt in range(2):
        with pytest.raises(FunctionError, match="no_such_handler"):
            missing.invoke({})


@pytest.mark.parametrize(
    ("handler", "timeout", "told"),
    [("sleeps", 0.5, r"timed out after 0\.50 seconds"), ("exits", 30, "exit code 3")],
)
def test_a_process_that_takes_too_long_or_dies_is_an_error_of_its_event_only(function, handler, timeout, told):
    ending = function(handler, timeout=timeout)

    with pytest.raises(FunctionError, match=told):
        ending.invoke({})
    ending.handler = "handlers.count"

    assert ending.invoke({}) == 1


def test_a_process_that_handles_an_event_as_its_function_closes_ends_with_the_event(function):
    lingering = function("lingers")
    with ThreadPoolExecutor() as threads:
        answer = threads.submit(lingering.invoke, {})
        while not lingering.log.exists():
            time.sleep(0.01)
        lingering.close()

    with pytest.raises(ProcessLookupError):
        os.kill(answer.result(), 0)
