"""A command under the keeper does not outlive whoever started it."""

import os
import signal
import subprocess
import sys
import time

import pytest

STARTER = """
import subprocess, sys, time
keeper = subprocess.Popen([sys.executable, "-m", "local_cloud.spark.keeper", "sleep", "300"], stdin=subprocess.PIPE)
print(keeper.pid, flush=True)
time.sleep(300)
"""


def children(pid):
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listed.stdout.split()]


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
def test_when_its_starter_is_killed_the_command_ends_too(kill):
    """Alone or, as by Ctrl-C in a terminal, with its group."""
    settings = {"env": {**os.environ, "PYTHONPATH": "containers/local_cloud"}, "start_new_session": True}
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, **settings)
    keeper = int(starter.stdout.readline())
    ends = time.monotonic() + 20
    while not children(keeper):
        assert time.monotonic() < ends
        time.sleep(0.05)
    [command] = children(keeper)

    kill(starter.pid, signal.SIGKILL)
    starter.communicate()

    while not gone(command):
        assert time.monotonic() < ends, "it runs on"
        time.sleep(0.05)


def test_the_commands_exit_code_is_the_keepers():
    keeper = [sys.executable, "-m", "local_cloud.spark.keeper", "sh", "-c", "exit 7"]
    environment = {**os.environ, "PYTHONPATH": "containers/local_cloud"}
    # The pipe is held open until the keeper has ended: subprocess.run would close it, and that ends the command.
    with subprocess.Popen(keeper, stdin=subprocess.PIPE, env=environment) as held:
        assert held.wait(timeout=20) == 7
