"""A function in a container, from the side of the local cloud: what it sends, and what it makes of the answers."""

import json
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from local_cloud.aws.awslambda.container import LambdaContainer, container_environments, write_environments
from local_cloud.aws.awslambda.process import FunctionError
from local_cloud.aws.cloudformation.stack import deploy

TEMPLATE = Path(__file__).parents[5] / "deploy" / "template.yaml"


class Emulator(BaseHTTPRequestHandler):
    """Answers every event as Lambda's emulator would, with what the test put into ``answers``."""

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.events.append((self.path, event))
        status, body = self.server.answers.pop(0)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


@pytest.fixture
def emulator():
    with ThreadingHTTPServer(("127.0.0.1", 0), Emulator, bind_and_activate=False) as server:
        server.events, server.answers = [], []
        server.server_bind()
        yield server


@pytest.fixture
def listen(emulator):
    """Have the emulator take events from now on; before, it refuses connections."""
    threads = []

    def start():
        emulator.server_activate()
        threads.append(Thread(target=emulator.serve_forever, args=[0.02]))
        threads[0].start()

    yield start
    if threads:
        emulator.shutdown()
        threads[0].join()


@pytest.fixture
def container(emulator):
    running = LambdaContainer("charts-extract", f"http://127.0.0.1:{emulator.server_port}", timeout=5)
    yield running
    running.close()


def test_the_event_goes_to_lambdas_own_path_and_the_result_comes_back(container, emulator, listen):
    emulator.answers.append((200, '{"landed": []}'))
    listen()

    assert container.invoke({"charts": ["global"]}) == {"landed": []}
    assert emulator.events == [("/2015-03-31/functions/function/invocations", {"charts": ["global"]})]


# Both as the emulator answers: the handler raised, the handler could not be loaded.
@pytest.mark.parametrize("status", [200, 502])
def test_an_error_comes_back_with_its_type_and_message(container, emulator, listen, status):
    emulator.answers.append((status, '{"errorMessage": "set CHARTS", "errorType": "ConfigError", "stackTrace": []}'))
    listen()

    with pytest.raises(FunctionError) as raised:
        container.invoke({})

    assert raised.value.payload["errorType"] == "ConfigError"
    assert raised.value.payload["errorMessage"] == "set CHARTS"


def test_a_handler_that_takes_too_long_is_a_timeout_as_lambda_calls_it(container, emulator, listen):
    emulator.answers.append((200, "Task timed out after 5.00 seconds"))
    listen()

    with pytest.raises(FunctionError, match=r"Sandbox\.Timedout: Task timed out after 5\.00 seconds"):
        container.invoke({})


def test_an_event_waits_for_a_container_that_is_about_to_start(container, emulator, listen):
    emulator.answers.append((200, '"here"'))
    results = []
    waiting = Thread(target=lambda: results.append(container.invoke({})))

    waiting.start()
    listen()
    waiting.join(timeout=60)

    assert results == ["here"]


@pytest.fixture
def environments(aws):
    stack = deploy(aws, TEMPLATE, "charts", {"Charts": "global,us"})
    return container_environments(aws, stack.images)


def test_each_function_gets_the_environment_of_the_template_and_what_lambda_adds(environments, aws):
    assert sorted(environments) == ["check", "extract", "trigger"]
    extract = environments["extract"]
    assert extract["CHARTS"] == "global,us"
    assert extract["AWS_ENDPOINT_URL"] == aws.url
    assert extract["AWS_LAMBDA_FUNCTION_NAME"] == "charts-extract"
    assert extract["AWS_LAMBDA_FUNCTION_TIMEOUT"] == "300"
    assert extract["_HANDLER"] == "chart_extract.handler.lambda_handler"


def test_a_shell_reads_the_files_as_they_were_meant(tmp_path):
    odd = "two words, $HOME, \"quotes\", 'more' and `none`"
    write_environments({"extract": {"CHARTS": odd}}, tmp_path)

    printed = subprocess.run(
        ["/bin/sh", "-c", f". {tmp_path}/extract.env && sh -c 'printf %s \"$CHARTS\"'"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert printed.stdout == odd
