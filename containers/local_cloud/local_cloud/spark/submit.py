"""Run a job script by ``spark-submit``, as Glue does."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local_cloud.spark.home import CLASS_ARCHIVE, DEFAULTS, EMPTY_CONF, JAVA_OPTIONS, LOG4J

BIN = Path(sys.prefix, "bin")
LOCAL_CLOUD = Path(__file__).parents[2]
SHARED_CLASSES = f"{JAVA_OPTIONS} -XX:SharedArchiveFile={CLASS_ARCHIVE}"


def submit_command(
    script: Path | str,
    arguments: Sequence[str],
    conf: Mapping[str, str],
    master: str = "local[2]",
    java_options: str = SHARED_CLASSES,
) -> list[str]:
    """The command line, with the ``spark-submit`` beside the running Python: the job sees the packages we see."""
    settings = {**conf, "spark.driver.extraJavaOptions": f"{java_options} -Dlog4j2.configurationFile={LOG4J.as_uri()}"}
    options = [option for name, value in settings.items() for option in ("--conf", f"{name}={value}")]
    submit = [str(BIN / "spark-submit"), "--master", master, "--properties-file", str(DEFAULTS), *options]
    return [*submit, str(script), *arguments]


def submit_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """The environment of this process and ``extra``, without any Spark or Java that the machine has of its own."""
    environment = {**os.environ, **extra}
    environment["PATH"] = f"{BIN}{os.pathsep}{environment.get('PATH', '')}"
    environment["SPARK_CONF_DIR"] = str(EMPTY_CONF)
    for name in ("JAVA_HOME", "SPARK_HOME"):
        environment.pop(name, None)
    return environment


def spark_submit(
    script: Path | str,
    arguments: Sequence[str] = (),
    *,
    conf: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
    java_options: str = SHARED_CLASSES,
) -> subprocess.CompletedProcess[str]:
    """Run the script to its end and return what it printed and its exit code; the caller judges it.

    ``env`` is added to this process's environment.
    """
    return subprocess.run(  # noqa: S603 - our own script and arguments.
        submit_command(script, arguments, conf or {}, java_options=java_options),
        env=submit_environment(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )


class SparkProcess:
    """A script on its way; neither its Java nor its Python outlives it, nor this process (see keeper.py).

    ``modules`` is a folder of packages, which come before all others.
    """

    def __init__(
        self,
        script: Path,
        arguments: Sequence[str],
        *,
        log: Path,
        conf: Mapping[str, str],
        env: Mapping[str, str],
        modules: Path | None = None,
    ) -> None:
        self._log = log
        path = os.pathsep.join(str(folder) for folder in (modules, LOCAL_CLOUD) if folder)
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("w") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own script and arguments.
                [sys.executable, "-m", "local_cloud.spark.keeper", *submit_command(script, arguments, conf)],
                env=submit_environment({"PYTHONPATH": path, **env}),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait(self, seconds: float) -> tuple[str, str | None]:
        """Wait for its end: Glue's name for how it ended, and the error if it did not end well."""
        try:
            code = self._process.wait(seconds)
            self.kill()
        except subprocess.TimeoutExpired:
            self.kill()
            return "TIMEOUT", f"the run took longer than its timeout of {seconds / 60:g} minutes"
        return (
            ("SUCCEEDED", None) if code == 0 else ("FAILED", f"exit code {code}: {last_error(self._log.read_text())}")
        )

    def kill(self) -> None:
        """End it at once."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()


def last_error(log: str) -> str:
    """What a job died of: from its last traceback on, or the end of its log; at most 2,000 characters, as in Glue."""
    _before, found, traceback = log.rpartition("Traceback (most recent call last):")
    return (found + traceback if found else log).strip()[-2000:]
