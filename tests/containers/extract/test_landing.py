from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from chart_extract.charts import Chart
from chart_extract.errors import LandingError
from chart_extract.event import ExtractRequest
from chart_extract.landing import RawZone

US = Chart("us", "abc")
SONGS = "checksum-of-songs"
KEY = "raw/to_processed/chart_date=2026-11-22/us.20261122T230000Z.json"


def request_at(hour=23, day=22):
    return ExtractRequest((US,), datetime(2026, 11, day, hour, tzinfo=UTC))


@pytest.fixture
def zone(s3, bucket):
    """The zone as a delivery of the event at an hour finds it."""
    return lambda **time: RawZone(s3, bucket, request_at(**time))


@pytest.fixture
def calls(s3):
    """The S3 operations so far."""
    seen = []
    s3.meta.events.register("provide-client-params.s3", lambda model, **_rest: seen.append(model.name))
    return seen


@pytest.fixture
def s3_refuses(s3):
    """Answer calls of an operation with an error, as S3 would."""

    def refuse(operation, status, code, times=1_000):
        answers = [(SimpleNamespace(status_code=status), {"Error": {"Code": code, "Message": code}})] * times
        s3.meta.events.register(f"before-call.s3.{operation}", lambda **_call: answers.pop() if answers else None)

    return refuse


def test_a_chart_lands_under_a_key_of_the_events_time_with_that_time_beside_it(zone, s3, bucket):
    landed = zone().put(US, b'{"chart":"us"}', SONGS)

    stored = s3.get_object(Bucket=bucket, Key=KEY)
    assert landed
    assert stored["Body"].read() == b'{"chart":"us"}'
    assert stored["ContentType"] == "application/json"
    assert stored["Metadata"] == {"event-time": "2026-11-22T23:00:00Z", "songs-sha256": SONGS}


def test_a_landed_chart_is_not_overwritten(zone, stored):
    late = zone()
    zone().put(US, b"1", SONGS)

    landed = late.put(US, b"2", SONGS)

    assert not landed
    assert stored.read(KEY) == 1


def test_what_has_landed_is_found_where_it_is(zone):
    assert zone().find(US) is None

    zone().put(US, b"1", SONGS)

    assert zone().find(US) == KEY
    assert zone(hour=22).find(US) is None
    assert zone(day=21).find(US) is None


@pytest.fixture
def moved(zone, processed):
    """A chart that has landed and that the transform has moved; gives its key."""
    zone().put(US, b"1", SONGS)
    return processed(KEY, "us.20261122T230004Z.1f3a9c20.json")


def test_what_the_transform_has_moved_is_found_by_the_events_time(zone, moved):
    assert zone().find(US) == moved
    assert zone(hour=22).find(US) is None


def test_a_chart_whose_name_begins_alike_is_another_chart(zone, processed):
    zone().put(Chart("us-south", "abc"), b"1", SONGS)

    processed(KEY.replace("us.", "us-south."), "us-south.20261122T230004Z.1f3a9c20.json")

    assert zone().find(US) is None


def test_events_of_a_day_hide_no_other_and_the_newest_candidate_is_looked_at_first(zone, processed, calls):
    for hour in (6, 12, 18):
        zone(hour=hour).put(US, b"1", SONGS)
        processed(KEY.replace("230000", f"{hour:02}0000"), f"us.20261122T{hour:02}0004Z.1f3a9c20.json")

    assert zone(hour=23).find(US) is None
    assert zone(hour=12).find(US).endswith("us.20261122T120004Z.1f3a9c20.json")
    calls.clear()
    assert zone(hour=18).find(US)
    assert calls.count("HeadObject") == 1


def test_two_lists_and_one_look_at_each_candidate_are_enough(zone, s3, bucket, moved, calls):
    for other in ("us-south", "u", "global"):
        s3.put_object(Bucket=bucket, Key=f"raw/processed/chart_date=2026-11-22/{other}.20261122T230004Z.0.json")
    calls.clear()

    fresh = zone()
    for name in ("us", "jp", "de"):
        fresh.find(Chart(name, "abc"))

    assert calls == ["ListObjectsV2", "ListObjectsV2", "HeadObject"]


@pytest.mark.parametrize(("day", "is_last"), [(22, True), (21, True), (15, True), (14, False), (23, False)])
def test_the_chart_that_landed_last_is_looked_for_within_a_week(zone, day, is_last):
    zone(day=day, hour=22).put(US, b"1", SONGS)

    assert zone().holds_last(US, SONGS) is is_last
    assert not zone().holds_last(US, "other-songs")


def test_only_the_last_landed_chart_counts_wherever_it_is(zone, processed):
    zone(day=20).put(US, b"1", SONGS)
    zone(day=21).put(US, b"1", "other-songs")
    processed(KEY.replace("22T", "21T").replace("-22/", "-21/"), "us.20261121T230004Z.1f3a9c20.json")
    zone(hour=22).put(Chart("us-south", "abc"), b"1", SONGS)

    assert zone().holds_last(US, "other-songs")
    assert not zone().holds_last(US, SONGS)


def test_a_chart_from_before_checksums_is_not_taken_for_unchanged(zone, s3, bucket):
    s3.put_object(Bucket=bucket, Key=KEY.replace("-22/", "-21/"), Body=b"1")

    assert not zone().holds_last(US, SONGS)


def test_for_an_event_long_past_the_later_dates_are_left_where_they_are(zone, s3, bucket, calls):
    s3.meta.events.register("provide-client-params.s3.ListObjectsV2", lambda params, **_rest: params.update(MaxKeys=2))
    for day in range(10, 31):
        s3.put_object(Bucket=bucket, Key=f"raw/processed/chart_date=2026-11-{day}/us.json", Body=b"1")
    calls.clear()

    zone(day=1)

    assert calls == ["ListObjectsV2"] * 2


def test_more_objects_than_one_list_holds_are_all_seen(zone, s3, bucket, calls):
    s3.meta.events.register("provide-client-params.s3.ListObjectsV2", lambda params, **_rest: params.update(MaxKeys=2))
    for number in range(5):
        s3.put_object(Bucket=bucket, Key=f"raw/to_processed/chart_date=2026-11-22/a{number}.json")
    zone().put(US, b"1", SONGS)
    calls.clear()

    assert zone().find(US) == KEY
    assert calls == ["ListObjectsV2"] * (3 + 1)


@pytest.mark.parametrize("status", [404, 403])
def test_a_candidate_that_has_gone_meanwhile_is_no_reason_to_stop(zone, s3, bucket, moved, s3_refuses, status):
    fresh = zone()
    s3_refuses("HeadObject", status, str(status))

    s3.delete_object(Bucket=bucket, Key=moved)

    assert fresh.find(US) is None


def test_two_deliveries_at_the_same_moment_settle_it_by_another_try(zone, s3_refuses, calls, stored):
    fresh = zone()
    calls.clear()
    s3_refuses("PutObject", 409, "ConditionalRequestConflict", times=2)

    assert fresh.put(US, b"1", SONGS)
    assert calls == ["PutObject"] * 3
    assert stored.read(KEY) == 1


@pytest.mark.parametrize("operation", ["ListObjectsV2", "PutObject"])
def test_what_s3_refuses_names_the_object_and_keeps_awss_error(zone, s3_refuses, operation):
    s3_refuses(operation, 403, "AccessDenied")
    named = r"s3://charts-of-a-test/raw/to_processed/.*AccessDenied.*below raw/"

    with pytest.raises(LandingError, match=named) as raised:
        zone().put(US, b"1", SONGS)

    assert isinstance(raised.value.__cause__, ClientError)


def test_a_refused_look_at_a_candidate_is_not_taken_for_not_landed(zone, moved, s3_refuses):
    s3_refuses("HeadObject", 403, "403")

    with pytest.raises(LandingError, match=r"raw/processed/chart_date=2026-11-22/us\.20261122T230004Z"):
        zone().find(US)
