"""Where Spark lies in this environment, and the files that set-up adds to it."""

from pathlib import Path

import pyspark

SPARK_HOME = Path(pyspark.__file__).parent
CONF = SPARK_HOME / "conf"
DEFAULTS = CONF / "spark-defaults.conf"
LOG4J = CONF / "log4j2.properties"
# Java archives classes only for a class path without folders that hold files, and CONF would be one.
EMPTY_CONF = SPARK_HOME / "empty-conf"
CLASS_ARCHIVE = SPARK_HOME / "classes.jsa"

# Jobs of seconds: the quick compiler and the simple collector start faster than they are outrun.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
