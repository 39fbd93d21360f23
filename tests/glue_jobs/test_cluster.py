"""The job on a Spark cluster: a master and two workers, each a process with folders and a Python of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
from pathlib import Path

import pytest
from glue_jobs.lakes import here
from glue_jobs.s3_faults import Bucket
from glue_jobs.scenes import chart_of

import transform
from local_cloud.aws.server import client_environment
from local_cloud.spark.home import SPARK_HOME
from local_cloud.spark.submit import submit_command, submit_environment

pytestmark = [pytest.mark.spark, pytest.mark.full]

CLASSES = "org.apache.spark.deploy"
DAYS = [f"2026-{month:02}-{day:02}" for month in range(1, 9) for day in range(1, 29)]


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """A Python with the packages of this environment, but neither our sources nor what the job ships itself."""
    folder = tmp_path_factory.mktemp("python")
    venv.create(folder, symlinks=True)
    packages = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    # Named in a .pth file, a folder's own .pth files, which lead to our sources, do not count.
    (packages / "packages.pth").write_text(sysconfig.get_path("purelib"))
    return folder / "bin" / "python"


class Cluster:
    """A master and two workers."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.folder, self.master = folder, f"spark://127.0.0.1:{port}"
        self.processes = [self._start("master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")]
        for name in ("one", "two"):
            options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0"]
            self.processes.append(self._start(name, *options, "--work-dir", str(folder / name / "work"), self.master))

    def _start(self, name, *options):
        kind = "master.Master" if name == "master" else "worker.Worker"
        (self.folder / name).mkdir()
        environment = {name: value for name, value in submit_environment({}).items() if name != "PYTHONPATH"}
        with (self.folder / name / "log").open("w") as log:
            return subprocess.Popen(
                [SPARK_HOME / "bin" / "spark-class", f"{CLASSES}.{kind}", *options],
                env=environment | {"SPARK_HOME": str(SPARK_HOME)},
                cwd=self.folder / name,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, process):
        """End a process, and what it has started."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def cluster(tmp_path):
    found = Cluster(tmp_path)
    yield found
    for process in found.processes:
        found.kill(process)


@pytest.fixture
def submit(cluster, python, aws, tmp_path):
    """Start the job on the cluster, in another folder; its summary is the last line of the log."""

    def submit(bucket):
        conf = {"spark.pyspark.python": str(python), "spark.pyspark.driver.python": sys.executable}
        conf |= {"spark.executor.memory": "512m", "spark.executor.cores": "1"}
        paths = ["--raw_path", f"s3://{bucket.name}/raw", "--lake_path", f"s3://{bucket.name}/lake"]
        command = submit_command(Path(transform.__file__), paths, conf, master=cluster.master)
        environment = submit_environment(client_environment(aws.url))
        # Spark's executors get it from the workers, and those had no keys.
        command[1:1] = [
            word
            for name, value in client_environment(aws.url).items()
            for word in ("--conf", f"spark.executorEnv.{name}={value}")
        ]
        with (tmp_path / "job.log").open("w") as log:
            return subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=log, stderr=log)

    return submit


@pytest.fixture
def landed(aws, s3, bucket):
    """Two buckets with the same charts landed; one of them is loaded in this process."""
    first, second = Bucket(s3), Bucket(s3)
    for each in (first, second):
        for day in DAYS:
            each.land(f"chart_date={day}/global.json", chart_of("s1", f"s{day}", chart_date=day))
    paths = ["--raw_path", f"s3://{first.name}/raw", "--lake_path", f"s3://{first.name}/lake"]
    transform.main(paths, here)
    return first.contents(), second


@pytest.mark.parametrize("dies", [False, True], ids=["undisturbed", "a worker is killed"])
def test_a_cluster_makes_the_same_tables_and_misses_no_worker_that_dies(landed, cluster, submit, tmp_path, dies):
    expected, bucket = landed

    job = submit(bucket)
    if dies:
        deadline = time.monotonic() + 120
        while "staging/" not in " ".join(bucket.keys()) and time.monotonic() < deadline:
            time.sleep(0.01)
        cluster.kill(cluster.processes[-1])

    assert job.wait(300) == 0, (tmp_path / "job.log").read_text()[-3000:]
    summary = json.loads((tmp_path / "job.log").read_text().splitlines()[-1])
    assert summary["dates_rewritten"] == DAYS
    assert bucket.contents() == expected
