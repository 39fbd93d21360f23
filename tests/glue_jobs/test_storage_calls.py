"""What a run asks of S3 depends on what has landed, not on how much the lake holds already."""

from glue_jobs.lakes import TABLES
from glue_jobs.raw_files import DAY
from glue_jobs.s3_faults import S3, Bucket
from glue_jobs.scenes import chart_of

CHARTS = ("global", "us", "de")
# S3 lists a thousand keys at a time: whoever listed all of the lake or of the raw files would have to ask again.
MORE_THAN_ONE_LISTING = 1_001


def of_other_dates():
    """Keys as years of charts leave them behind."""
    for number in range(MORE_THAN_ONE_LISTING):
        day = f"{2020 + number // 336}-{1 + number // 28 % 12:02}-{1 + number % 28:02}"
        yield f"raw/processed/chart_date={day}/global.{day.replace('-', '')}T230004Z.0a1b2c3d.json"
        yield f"raw/quarantine/chart_date={day}/bad.json"
        yield f"lake/{TABLES[number % len(TABLES)]}/chart_date={day}/part-0.parquet"
        yield f"runs/{day}.json"


def asked_for_a_new_date(failing_s3, bucket):
    """What one run over a new date asks S3 for, kind by kind."""
    for chart in CHARTS:
        bucket.land(f"chart_date={DAY}/{chart}.json", chart_of("s1", "s2", chart=chart))
    failing_s3.expect()
    assert bucket.run() is None
    return failing_s3.asked


def test_a_new_date_in_a_full_lake_makes_the_same_requests_as_in_an_empty_one(failing_s3, s3):
    empty, full = Bucket(s3), Bucket(s3)
    for key in of_other_dates():
        # Past boto3 and HTTP, for the sake of time.
        S3.put_object(full.name, key, b"of another date")

    in_empty, in_full = (asked_for_a_new_date(failing_s3, bucket) for bucket in (empty, full))

    assert in_full == in_empty
    assert in_full["LIST to_processed"] == in_full["LIST processed"] == in_full["GET lake"] == 1
    assert (in_full["GET to_processed"], in_full["COPY processed"]) == (len(CHARTS), len(CHARTS))
    assert in_full["PUT staging"] == in_full["COPY lake"] == len(TABLES)
    # What it makes of three charts; and the listing of staging, its removal, and the summary.
    assert in_full["any"] == 3 * len(CHARTS) + 2 * len(TABLES) + 3 + 3
