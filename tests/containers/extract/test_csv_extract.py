"""A dropped CSV, from S3's message to the raw chart, by the function as Lambda calls it."""

import csv
import datetime as dt
import importlib
import io
import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from lambdas import containers_of, context_of
from metrics import published, watched

from chart_extract.errors import ChartsFailedError, EventError
from local_cloud.spotify import chart_entries
from local_cloud.spotify.ids import named_id

NAME = "regional-global-daily-2026-11-21.csv"
DROPPED = "raw/chart_csv/to_processed/"
HEADER = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,days_on_chart,streams"


@pytest.fixture
def function(environment, spotify, store_secret):
    """A new container's function; it starts at its first event, as a test may set up more before."""
    store_secret(refresh_token="stand-in-refresh-token")
    spotify.configure(app="development_new")
    with containers_of("extract"):
        yield lambda event: importlib.import_module("chart_extract.handler").lambda_handler(
            event, context_of("extract")
        )


def rows(count=200, **columns):
    """The rows of a CSV, for the songs of two days one after the other."""
    songs = [song for day in range(1, 9) for song in chart_entries("global", dt.date(2026, 11, day * 3))]
    uris = list(dict.fromkeys(f"spotify:track:{song.id}" for song in songs))
    return [
        dict(
            zip(
                HEADER.split(","),
                [rank, uris[rank % len(uris)], "Ana, Bo", "七つの海", "L", 1, -1, 3, 9_000_000],
                strict=True,
            )
        )
        | columns
        for rank in range(1, count + 1)
    ]


def csv_of(rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), quoting=csv.QUOTE_NONNUMERIC)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


@pytest.fixture
def drop(s3, bucket):
    """Put a file into the bucket, and give the message that S3 sends."""

    def drop(data, name=NAME, time="2026-11-22T10:00:00.123Z"):
        s3.put_object(Bucket=bucket, Key=DROPPED + name, Body=data)
        key = (DROPPED + name).replace(" ", "+")
        place = {"bucket": {"name": bucket}, "object": {"key": key}}
        return {"Records": [{"eventSource": "aws:s3", "eventTime": time, "s3": place}]}

    return drop


RAW = "raw/to_processed/chart_date=2026-11-21/global-daily.20261122T100000Z.json"


def test_a_csv_lands_as_the_chart_and_date_of_its_name_each_row_beside_its_track_and_is_out_of_the_way(
    function, drop, stored
):
    table = rows()

    answer = function(drop(csv_of(table)))

    raw = stored.read(RAW)
    items = raw["pages"][0]["items"]
    assert answer["landed"] == [{"chart": "global-daily", "key": RAW, "entries": 50}]
    assert (raw["format"], raw["source"], raw["chart"]) == ("top50-raw/1", "chart_csv", "global-daily")
    assert (raw["chart_date"], raw["total"], raw["playlist"]) == ("2026-11-21", 50, None)
    assert [item["item"]["uri"] for item in items] == [row["uri"] for row in table[:50]]
    assert items[0]["csv"] == {column: str(value) for column, value in table[0].items()}
    assert stored.keys("raw/chart_csv/") == [f"raw/chart_csv/processed/{NAME}"]


def test_the_size_of_the_chart_is_a_setting_and_each_track_is_fetched_once(
    function, drop, stored, spotify, monkeypatch
):
    monkeypatch.setenv("CHART_SIZE", "3")
    table = rows(9)
    table[2]["uri"] = table[0]["uri"]

    function(drop(csv_of(table)))

    asked = sorted(call for call in spotify.requests() if "/tracks/" in call)
    assert asked == sorted(f"GET /v1/tracks/{row['uri'][-22:]}" for row in table[:2])
    assert stored.read(RAW)["total"] == 3


def test_a_track_that_is_gone_keeps_its_place_empty(function, drop, stored):
    table = rows(5)
    table[1]["uri"] = f"spotify:track:{named_id('no track')}"

    function(drop(csv_of(table)))

    items = stored.read(RAW)["pages"][0]["items"]
    assert [item["item"] is None for item in items] == [False, True, False, False, False]
    assert items[1]["csv"]["rank"] == "2"


def test_ranks_that_the_csv_leaves_out_land_as_empty_places_up_to_the_size(function, drop, stored):
    table = [row for row in rows(186) if row["rank"] not in (1, 4, 50)]

    answer = function(drop(csv_of(table)))

    raw = stored.read(RAW)
    items = raw["pages"][0]["items"]
    assert [place for place, item in enumerate(items, start=1) if item is None] == [1, 4, 50]
    assert all(item["csv"]["rank"] == str(place) for place, item in enumerate(items, start=1) if item)
    assert (raw["total"], raw["pages"][0]["total"], answer["landed"][0]["entries"]) == (50, 50, 50)


def test_a_csv_with_no_rank_among_those_that_count_is_not_a_chart(function, drop):
    answer = function(drop(csv_of(rows(60)[50:])))

    assert "none of its ranks is among the first 50" in answer["quarantined"][0]["reason"]


def test_a_weekly_chart_is_a_chart_of_its_own(function, drop):
    table = [{("weeks_on_chart" if key == "days_on_chart" else key): row[key] for key in row} for row in rows(50)]

    answer = function(drop(csv_of(table), "regional-de-weekly-2026-11-19.csv"))

    assert answer["landed"][0]["chart"] == "de-weekly"
    assert "chart_date=2026-11-19/" in answer["landed"][0]["key"]


def test_a_second_delivery_of_the_message_lands_nothing_and_asks_spotify_nothing(function, drop, spotify, stored):
    message = drop(csv_of(rows()))
    function(message)
    spotify.forget_requests()
    before = stored.keys()

    answer = function(message)

    assert answer["landed"] == []
    assert answer["skipped"][0]["key"] == DROPPED + NAME
    assert spotify.requests() == []
    assert stored.keys() == before


def test_a_run_that_died_before_it_moved_the_file_is_finished_by_the_next(function, drop, stored):
    data = csv_of(rows())
    function(drop(data))

    answer = function(drop(data))

    assert answer["skipped"] == [{"chart": "global-daily", "key": RAW}]
    assert stored.keys(DROPPED) == []


def test_a_wall_leaves_the_file_where_it_is_for_the_retry(function, drop, spotify, stored):
    message = drop(csv_of(rows()))
    spotify.fail("quota", endpoint="track")
    with pytest.raises(ChartsFailedError, match="QUOTA_EXCEEDED"):
        function(message)
    assert stored.keys() == [DROPPED + NAME]
    spotify.heal()

    assert len(function(message)["landed"]) == 1


def test_what_is_no_chart_goes_into_quarantine_with_line_column_and_reason(function, drop, stored, spotify):
    table = rows(5)
    table[3]["rank"] = 3

    answer = function(drop(csv_of(table)))

    reason = stored.read(f"raw/quarantine/chart_csv/{NAME}.reason.json")
    assert stored.keys() == [f"raw/quarantine/chart_csv/{NAME}", f"raw/quarantine/chart_csv/{NAME}.reason.json"]
    assert (reason["line"], reason["column"]) == (5, "rank")
    assert reason["source_key"] == DROPPED + NAME
    assert spotify.requests() == []
    [told] = answer["quarantined"]
    assert (told["file"], told["key"]) == (NAME, f"raw/quarantine/chart_csv/{NAME}")
    assert re.search(r"line 5, column rank: rank 3 after rank 3: ranks must rise\..*Download it again", told["reason"])


def test_nobody_waits_for_that_answer_so_an_error_is_logged_and_an_alarm_hears_of_it(function, drop, capsys):
    function(drop(b"nonsense"))

    printed = capsys.readouterr().out
    [error] = [line for line in map(json.loads, printed.splitlines()) if line.get("level") == "ERROR"]
    assert (error["message"], error["key"]) == ("chart CSV quarantined", f"raw/quarantine/chart_csv/{NAME}")
    assert "the header lacks rank" in error["reason"]
    assert published(printed) == [(*watched("QuarantinedCsvsAlarm", "ExtractFunction", "extract"), 1)]


def test_a_csv_that_lands_publishes_nothing_to_that_alarm(function, drop, capsys):
    function(drop(csv_of(rows())))

    assert [metric[1] for metric in published(capsys.readouterr().out)] == ["ChartsLanded"]


@pytest.mark.parametrize(("secret", "setting"), [({"client_id": "", "client_secret": ""}, "yes"), ({}, "no")])
def test_without_look_ups_the_rows_land_alone_as_of_midnight_and_spotify_is_asked_nothing(
    function, drop, stored, spotify, monkeypatch, store_secret, secret, setting
):
    store_secret(**secret)
    monkeypatch.setenv("LOOK_UP_CSV_TRACKS", setting)
    table = [row for row in rows(5) if row["rank"] != 2]

    function(drop(csv_of(table)))

    raw = stored.read(RAW)
    alone = [{"item": None, "csv": {column: str(value) for column, value in row.items()}} for row in table]
    assert raw["pages"][0]["items"] == [alone[0], None, *alone[1:]]
    assert (raw["fetched_at"], raw["total"]) == ("2026-11-21T00:00:00Z", 5)
    assert spotify.requests() == []


def test_the_same_csv_lands_again_with_look_ups_and_not_again_without(function, drop, stored, processed, s3, bucket):
    data = csv_of(rows(3))

    def drop_without_look_ups(hour):
        message = drop(data, time=f"2026-11-22T{hour}:00:00Z")
        s3.put_object(Bucket=bucket, Key=DROPPED + NAME, Body=data, Metadata={"look-up": "no"})
        return function(message)

    assert len(drop_without_look_ups(10)["landed"]) == 1
    assert drop_without_look_ups(11)["landed"] == []
    processed(RAW, "global-daily.20261121T000000Z.1f3a9c20.json")
    assert len(function(drop(data, time="2026-11-22T12:00:00Z"))["landed"]) == 1
    assert drop_without_look_ups(13)["landed"] == []
    assert stored.read(RAW.replace("T10", "T12"))["fetched_at"] > "2026-11-22"


def test_incomplete_credentials_are_an_error_and_not_a_csv_without_look_ups(function, drop, store_secret):
    store_secret(client_secret="")

    with pytest.raises(ChartsFailedError, match="no client_secret"):
        function(drop(csv_of(rows(3))))


def test_a_csv_of_whose_tracks_spotify_knows_none_lands_as_without_look_ups(function, drop, stored):
    table = [row | {"uri": f"spotify:track:{named_id('no track', row['rank'])}"} for row in rows(3)]

    function(drop(csv_of(table)))

    assert stored.read(RAW)["fetched_at"] == "2026-11-21T00:00:00Z"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("chart.csv", "does not say which chart"),
        ("regional-global-daily-2026-11-23.csv", "2026-11-23 is still to come"),
        ("regional-global-weekly-2026-11-19.csv", "lacks weeks_on_chart, which a weekly chart has"),
    ],
)
def test_a_name_that_does_not_fit_is_a_reason_too(function, drop, stored, name, words):
    answer = function(drop(csv_of(rows(50)), name))

    assert words in answer["quarantined"][0]["reason"]
    assert stored.keys()[0] == f"raw/quarantine/chart_csv/{name}"


def test_a_second_delivery_of_a_quarantined_files_message_says_the_same(function, drop):
    message = drop(b"nonsense")

    first, second = function(message)["quarantined"], function(message)["quarantined"]

    assert second[0]["key"] == first[0]["key"]
    assert "the header lacks rank" in second[0]["reason"]


def test_a_corrected_file_lands_although_a_bad_one_of_its_name_lies_in_quarantine(function, drop):
    function(drop(b"nonsense"))
    message = drop(csv_of(rows()), time="2026-11-22T10:05:00Z")

    assert len(function(message)["landed"]) == 1
    assert len(function(message)["skipped"]) == 1


def test_the_same_file_dropped_again_lands_nothing_and_asks_spotify_nothing(function, drop, processed, stored, spotify):
    data = csv_of(rows())
    function(drop(data))
    moved = processed(RAW, "global-daily.20261122T100003Z.1f3a9c20.json")
    spotify.forget_requests()

    answer = function(drop(data, time="2026-11-22T12:00:00Z"))

    assert answer["skipped"] == [{"chart": "global-daily", "key": moved}]
    assert spotify.requests() == []
    assert stored.keys("raw/chart_csv/") == [f"raw/chart_csv/processed/{NAME}"]
    assert stored.keys("raw/to_processed/") == []


def test_other_rows_for_the_same_date_land_beside_the_first(function, drop, stored):
    function(drop(csv_of(rows())))

    answer = function(drop(csv_of(rows(streams=8_000_000)), time="2026-11-22T12:00:00Z"))

    assert [it["key"] for it in answer["landed"]] == [RAW.replace("T10", "T12")]


def test_a_late_message_of_an_earlier_file_leaves_the_corrected_one_to_its_own_message(function, drop, stored):
    late = drop(csv_of(rows()))
    function(late)
    own = drop(csv_of(rows(streams=8_000_000)), time="2026-11-22T12:00:00Z")

    function(late)

    assert stored.keys(DROPPED) == [DROPPED + NAME]
    assert len(function(own)["landed"]) == 1
    assert stored.keys(DROPPED) == []


def test_a_file_that_is_replaced_while_it_is_read_stays_for_its_own_message(function, drop, s3, bucket, stored):
    message = drop(csv_of(rows()))
    etag = s3.head_object(Bucket=bucket, Key=DROPPED + NAME)["ETag"]
    refusal = (SimpleNamespace(status_code=412), {"Error": {"Code": "PreconditionFailed", "Message": "no"}})
    # The function's client; moto leaves out the conditions of a copy.
    events = importlib.import_module("chart_extract.handler").s3.meta.events
    conditions = []
    events.register("provide-client-params.s3.CopyObject", lambda params, **_: conditions.append(params))
    events.register("before-call.s3.CopyObject", lambda **_: refusal)

    answer = function(message)

    assert len(answer["landed"]) == 1
    assert [it["CopySourceIfMatch"] for it in conditions] == [etag]
    assert stored.keys(DROPPED) == [DROPPED + NAME]


def test_a_file_that_is_replaced_after_it_was_copied_stays_too(function, drop, s3, bucket):
    message = drop(csv_of(rows()))
    etag = s3.head_object(Bucket=bucket, Key=DROPPED + NAME)["ETag"]
    deletions = []
    events = importlib.import_module("chart_extract.handler").s3.meta.events
    events.register("provide-client-params.s3.DeleteObject", lambda params, **_: deletions.append(dict(params)))

    function(message)

    # S3 deletes it only if it is still what was read; moto leaves out the condition.
    assert deletions == [{"Bucket": bucket, "Key": DROPPED + NAME, "IfMatch": etag}]


def test_s3s_message_may_come_through_a_queue(function, drop):
    message = drop(csv_of(rows()))

    answer = function({"Records": [{"eventSource": "aws:sqs", "body": json.dumps(message)}]})

    assert [it["chart"] for it in answer["landed"]] == ["global-daily"]


def test_the_message_by_which_s3_tries_a_queue_lands_nothing(function, spotify):
    answer = function({"Records": [{"eventSource": "aws:sqs", "body": json.dumps({"Event": "s3:TestEvent"})}]})

    assert answer == {"landed": [], "unchanged": [], "skipped": [], "quarantined": [], "failed": []}
    assert spotify.requests() == []


def test_a_message_about_another_folder_is_refused(function, drop):
    message = json.loads(json.dumps(drop(b"")).replace("chart_csv/to_processed", "to_processed"))

    with pytest.raises(EventError, match="is not below raw/chart_csv/to_processed/"):
        function(message)


@pytest.mark.parametrize(
    "record",
    [{"body": "hello"}, {"body": "[]"}, {}, {"s3": None}, None, {"s3": {"object": {"key": DROPPED + "a.csv"}}}],
)
def test_records_that_are_not_s3s_are_refused(function, record):
    with pytest.raises(EventError, match="not what S3 sends"):
        function({"Records": [record]})


def test_what_lands_is_what_the_glue_job_reads(function, drop, s3, bucket):
    from chart_transform.keys import landed_file
    from chart_transform.raw_files import parse_file
    from chart_transform.stores.store import ListedFile

    function(drop(csv_of(rows())))

    data = s3.get_object(Bucket=bucket, Key=RAW)["Body"].read()
    _outcome, [chart] = parse_file(data, landed_file(ListedFile(RAW, "", len(data), datetime.now(UTC)), "global"))
    assert (chart.chart, chart.chart_date, chart.source) == ("global-daily", "2026-11-21", "chart_csv")
    assert (len(chart.entries), chart.entries_skipped) == (50, 0)
    first = chart.entries[0]
    assert (first.streams, first.peak_position, first.previous_position, first.days_on_chart) == (9_000_000, 1, None, 3)
