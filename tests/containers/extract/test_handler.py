import json
import logging
import sys
import time
from datetime import UTC, datetime

import pytest
from lambdas import containers_of, context_of
from metrics import published, shown, watched

from chart_extract.errors import ChartsFailedError, ConfigError
from chart_extract.walls import ConsentExpiredError
from local_cloud.spotify import own_playlist_id

EVENT = {"time": "2026-11-22T23:00:00Z"}


@pytest.fixture
def cold_start(environment):
    """Load the function as Lambda does in a new container, and return its handler."""
    with containers_of("extract") as start:
        yield start


@pytest.fixture
def logs(capsys):
    """The function's own log lines so far, without its metrics."""
    return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' not in line]


def test_the_schedules_event_lands_every_chart(cold_start, stored):
    answer = cold_start()(EVENT)

    assert [(it["chart"], it["entries"]) for it in answer["landed"]] == [("global", 50), ("us", 50), ("jp", 50)]
    assert answer["skipped"] == answer["failed"] == []
    assert {it["key"] for it in answer["landed"]} == set(stored.keys())
    assert json.loads(json.dumps(answer)) == answer


def test_by_hand_one_chart_lands_at_the_clocks_time(cold_start, stored):
    answer = cold_start()({"charts": ["us"]})

    raw = stored.read(answer["landed"][0]["key"])
    assert [it["chart"] for it in answer["landed"]] == ["us"]
    assert raw["chart_date"] == raw["fetched_at"][:10]


def test_a_second_delivery_lands_nothing_nor_does_one_in_another_container_after_the_transform(
    cold_start, processed, spotify
):
    function = cold_start()
    landed = function(EVENT)["landed"]
    spotify.forget_requests()
    here = function(EVENT)
    moved = [processed(it["key"], f"{it['chart']}.20261122T230004Z.1f3a9c20.json") for it in landed]

    again = cold_start()(EVENT)

    assert here["skipped"] == [{"chart": it["chart"], "key": it["key"]} for it in landed]
    assert here["landed"] == again["landed"] == []
    assert [it["chart"] for it in again["skipped"]] == ["global", "us", "jp"]
    assert [it["key"] for it in again["skipped"]] == moved
    assert spotify.requests() == []


def test_one_failing_chart_raises_after_the_others_have_landed(cold_start, spotify, stored, logs):
    spotify.fail("not_found", chart="us")

    with pytest.raises(
        ChartsFailedError, match=r"1 of 3 charts failed \(landed: global, jp; .*\n- chart us .* \(404\)"
    ):
        cold_start()(EVENT)

    assert len(stored.keys()) == 2
    errors = [line for line in logs() if line["level"] == "ERROR"]
    assert [(line["message"], line["chart"]) for line in errors] == [("chart failed", "us")]
    assert "exception" not in errors[0]


def test_a_chart_that_never_comes_fails_alone_and_before_the_functions_timeout(cold_start, spotify, stored, logs):
    spotify.fail("slow", chart="us", seconds=9)
    function = cold_start()
    end = time.monotonic() + 4
    context = context_of("extract", get_remaining_time_in_millis=lambda: int(1000 * (end - time.monotonic())))

    failed = r"1 of 3 charts failed \(landed: global, jp; .*\n- chart us .*: no answer .*, and no time left"
    with pytest.raises(ChartsFailedError, match=failed):
        function(EVENT, context)

    assert time.monotonic() < end
    assert len(stored.keys()) == 2
    assert [line["chart"] for line in logs() if line["level"] == "ERROR"] == ["us"]


def test_with_a_refresh_token_a_new_apps_user_lands_their_own_playlist(
    cold_start, spotify, store_secret, monkeypatch, stored
):
    store_secret(refresh_token="stand-in-refresh-token", consented_at="2026-11-01")
    spotify.configure(app="development_new")
    monkeypatch.setenv("CHARTS", f"mine=https://open.spotify.com/playlist/{own_playlist_id('global')}?si=1")

    answer = cold_start()(EVENT)

    raw = stored.read(answer["landed"][0]["key"])
    assert raw["chart"] == "mine"
    assert raw["pages"][0]["items"][0]["item"]["type"] == "track"


def test_a_renewed_secret_counts_without_a_new_container(cold_start, spotify, store_secret):
    store_secret(refresh_token="revoked")
    function = cold_start()
    with pytest.raises(ConsentExpiredError, match="Consent again"):
        function(EVENT)

    store_secret(refresh_token="stand-in-refresh-token")

    assert len(function(EVENT)["landed"]) == 3


def test_the_age_of_a_consent_is_published_as_its_alarm_waits_for_it_even_when_spotify_says_no(
    cold_start, store_secret, monkeypatch, capsys
):
    store_secret(refresh_token="revoked", consented_at="2026-06-01")
    function = cold_start()
    monkeypatch.setattr(sys.modules["chart_extract.handler"], "utc_now", lambda: datetime(2026, 11, 22, 23, tzinfo=UTC))

    with pytest.raises(ConsentExpiredError):
        function(EVENT)

    [metric] = published(capsys.readouterr().out)
    assert metric == (*watched("OldConsentAlarm", "ExtractFunction", "extract"), 174)


def test_how_many_charts_landed_and_failed_is_published_as_the_dashboard_shows_it(cold_start, spotify, capsys):
    spotify.fail("not_found", chart="us")

    with pytest.raises(ChartsFailedError):
        cold_start()(EVENT)

    told = {name: value for _namespace, name, _of, value in published(capsys.readouterr().out)}
    assert told == {"ChartsLanded": 2, "ChartsFailed": 1}
    assert told.keys() | {"QuarantinedCsvs"} == shown("ExtractFunction")


def test_a_function_without_settings_does_not_start_and_names_them_all(cold_start, monkeypatch):
    for name in ("DATA_BUCKET", "SPOTIFY_SECRET_ID"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHARTS", " ")

    with pytest.raises(ConfigError, match="DATA_BUCKET, CHARTS, SPOTIFY_SECRET_ID"):
        cold_start()


def test_the_doctors_event_is_answered_and_lands_nothing(cold_start, stored):
    answer = cold_start()({"doctor": True})

    assert answer["ok"] is True
    first = ["settings", "credentials", "token", "chart global", "chart us"]
    assert [it["check"] for it in answer["findings"]][:5] == first
    assert set(answer["findings"][0]) == {"check", "state", "tried", "came_back", "means", "to_do"}
    assert json.loads(json.dumps(answer)) == answer
    assert stored.keys() == []


def test_a_doctor_who_finds_something_answers_and_does_not_raise(cold_start, store_secret):
    store_secret(refresh_token="revoked")

    answer = cold_start()({"doctor": True})

    failed = next(it for it in answer["findings"] if it["state"] == "fail")
    assert answer["ok"] is False
    assert (failed["check"], failed["to_do"]) == ("token", "Consent again: top50 authorize")


def test_a_chart_landed_for_another_day_is_warned_about_and_todays_is_not(cold_start, logs):
    cold_start()({"charts": ["us"]})
    assert [line["level"] for line in logs()] == ["INFO"]

    answer = cold_start()({"time": "2020-01-01T23:00:00Z", "charts": ["us"]})

    warnings = [line for line in logs() if line["level"] == "WARNING"]
    assert answer["landed"][0]["key"].startswith("raw/to_processed/chart_date=2020-01-01/us.")
    assert [(line["chart"], line["chart_date"]) for line in warnings] == [("us", "2020-01-01")]
    assert "a playlist shows only today" in warnings[0]["message"]


def test_what_aws_refuses_fails_that_chart_alone_and_is_logged_with_its_traceback(cold_start, logs):
    function = cold_start()

    def refuse(params, **_rest):
        if "/us." in params["Key"]:
            params["Bucket"] = "no-such-bucket"

    sys.modules["chart_extract.handler"].s3.meta.events.register("provide-client-params.s3.PutObject", refuse)

    with pytest.raises(ChartsFailedError, match=r"landed: global, jp; (?s:.)*NoSuchBucket"):
        function(EVENT)

    error = next(line for line in logs() if line["level"] == "ERROR")
    assert error["exception_name"] == "NoSuchBucket"
    assert "Traceback" in error["exception"]


@pytest.mark.parametrize("kind", ["invalid_client", "invalid_grant", "unauthorized", "forbidden", "not_json", "short"])
def test_no_secret_shows_in_what_the_function_says(cold_start, spotify, store_secret, capsys, caplog, kind):
    caplog.set_level(logging.DEBUG)
    store_secret(refresh_token="stand-in-refresh-token")
    spotify.fail(kind)

    with pytest.raises(Exception, match="Spotify") as raised:
        cold_start()(EVENT)

    shown = str(raised.value) + caplog.text + "".join(capsys.readouterr())
    assert [it for it in ("stand-in-secret", "stand-in-refresh-token", "Bearer") if it in shown] == []
