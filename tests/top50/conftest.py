"""Commands as a person types them, run in this process; one demo for all tests that only look at one."""

import fcntl
import os
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from newcomer import shell

from local_cloud.aws.server import client_environment
from top50.cli import main
from top50.lakes import demo_lake


@pytest.fixture(autouse=True)
def newcomer(tmp_path, monkeypatch):
    """Nothing is configured, and every folder is empty; returns that of the lakes."""
    saved = dict(os.environ)
    monkeypatch.setenv("LOCAL_CLOUD_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("TOP50_STACK", raising=False)
    for name in [name for name in os.environ if name.startswith(("SPOTIFY_", "CHARTS"))]:
        monkeypatch.delenv(name)
    (tmp_path / "home").mkdir()
    (tmp_path / ".env").touch()
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "home"
    # A local cloud turns its process to itself.
    os.environ.clear()
    os.environ.update(saved)


@pytest.fixture
def top50():
    """Run a command; a fault of ours is raised."""

    def run(*arguments, input=None):
        return CliRunner().invoke(main, [str(it) for it in arguments], input=input, catch_exceptions=False)

    return run


@pytest.fixture
def to_aws(monkeypatch):
    """Let a local cloud stand for AWS."""

    def turn(cloud):
        for name, value in client_environment(cloud.aws.url).items():
            monkeypatch.setenv(name, value)

    return turn


@pytest.fixture
def empty_lake(newcomer):
    """A lake of the demo with nothing in it; returns the folder of its bucket."""
    lake = demo_lake({"Charts": "none"})
    lake.remember()
    lake.bucket.mkdir()
    return lake.bucket


@pytest.fixture(scope="session")
def demo(tmp_path_factory, worker_id):
    """The demo, by the README's command, once for all workers: its folder, which nobody may change, and its output."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demo"
    shared.mkdir(exist_ok=True)
    printed = shared / "printed.txt"
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not printed.exists():
            finished = shell("make demo", shared / "home", on_path=False)
            assert finished.returncode == 0, finished.stderr
            assert finished.stderr == ""
            printed.write_text(finished.stdout)
    return SimpleNamespace(home=shared / "home", printed=printed.read_text())
