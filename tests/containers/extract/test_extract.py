import dataclasses
import threading
from datetime import UTC, datetime, timedelta

import pytest

from chart_extract.charts import Chart, parse_charts
from chart_extract.errors import ChartsFailedError, LandingError
from chart_extract.event import ExtractRequest
from chart_extract.extract import extract_charts
from chart_extract.landing import RawZone
from chart_extract.result import ExtractResult, Failed, Landed, Skipped
from chart_extract.retry import RETRIES_A_RUN
from chart_extract.spotify import CONNECTIONS, connect
from chart_extract.walls import OutOfTimeError

AT_23 = datetime(2026, 11, 22, 23, 0, 0, tzinfo=UTC)
FOLDER = "raw/to_processed/chart_date=2026-11-22"
ONE_SONG = {"tracks": {"items": [{"track": {"id": "s", "type": "track"}}], "total": 1, "next": None}}


@pytest.fixture
def extract(s3, bucket, spotify, config, app_alone, policy):
    """Extract all configured charts in the name of a moment."""

    def extract(time=AT_23, policy=policy, config=config, connect=connect):
        request = ExtractRequest(config.charts, time)
        return extract_charts(
            request,
            RawZone(s3, bucket, request),
            connect=lambda: connect(app_alone, config, policy),
            policy=policy,
            clock=lambda: datetime(2026, 11, 22, 23, 0, 4, tzinfo=UTC),
        )

    return extract


def names(outcomes):
    return [it.chart.name for it in outcomes]


def test_what_lands_says_what_it_is(extract, stored):
    key = extract().landed[1].key

    raw = stored.read(key)

    assert {name: raw[name] for name in ("format", "chart", "chart_date", "fetched_at", "source", "total")} == {
        "format": "top50-raw/1",
        "chart": "us",
        "chart_date": "2026-11-22",
        "fetched_at": "2026-11-22T23:00:04Z",
        "source": "playlist",
        "total": 50,
    }
    assert raw["playlist"]["owner_id"] == "spotify"
    assert len(raw["pages"][0]["items"]) == 50


def test_another_event_of_the_same_day_lands_again(extract, processed):
    for it in extract().landed:
        processed(it.key, f"{it.chart.name}.20261122T230004Z.1f3a9c20.json")

    later = extract(AT_23.replace(minute=30))

    assert names(later.landed) == ["global", "us", "jp"]


def test_a_chart_that_did_not_move_lands_all_the_same_and_the_result_says_so(extract, spotify, processed):
    for it in extract(AT_23 - timedelta(days=1)).landed:
        processed(it.key, f"{it.chart.name}.20261121T230004Z.1f3a9c20.json")
    spotify.fail("withdrawn", chart="us", positions=[50])

    result = extract()

    assert names(result.landed) == ["global", "us", "jp"]
    assert result.to_dict()["unchanged"] == ["global", "jp"]


def test_a_chart_that_moved_is_not_unchanged_whatever_came_before(extract, spotify):
    extract(AT_23 - timedelta(days=2))
    spotify.configure(date="2026-11-21")
    extract(AT_23 - timedelta(days=1))
    spotify.configure(date="2026-11-22")

    assert extract().to_dict()["unchanged"] == []
    assert extract(AT_23.replace(minute=30)).to_dict()["unchanged"] == ["global", "us", "jp"]


def test_when_spotify_is_down_all_charts_together_are_asked_for_a_few_times_more(extract, spotify, config):
    spotify.fail("server_error", endpoint="playlist")

    result = extract(config=dataclasses.replace(config, charts=parse_charts("all")))

    asked = [call for call in spotify.requests() if "/playlists/" in call]
    assert len(result.failed) == 74
    assert len(asked) == 74 + RETRIES_A_RUN
    assert sum("retries are used up" in str(it.error) for it in result.failed) > 50


def test_a_retry_lands_only_what_failed_and_keeps_the_order(extract, spotify):
    spotify.fail("short", chart="us")
    extract()
    spotify.heal()

    again = extract()

    assert names(again.landed) == ["us"]
    assert names(again.skipped) == ["global", "jp"]


def test_all_failures_are_raised_as_one_that_says_what_landed_all_the_same(extract, spotify):
    spotify.fail("short", chart="us")
    extract()
    spotify.fail("forbidden", chart="jp")
    spotify.fail("not_found", chart="global")

    result = extract(AT_23.replace(minute=30))

    with pytest.raises(ChartsFailedError) as raised:
        result.or_raise()
    first, *lines = str(raised.value).splitlines()
    assert first == "3 of 3 charts failed (landed: none; landed before: none)"
    assert [line.partition(" (")[0] for line in lines] == ["- chart global", "- chart us", "- chart jp"]
    assert [it["chart"] for it in result.to_dict()["failed"]] == ["global", "us", "jp"]
    assert lines[2] == f"- {result.to_dict()['failed'][2]['error']}"


def test_the_failure_names_what_landed_now_and_before():
    us, jp, de = (Chart(name, "a") for name in ("us", "jp", "de"))
    refused = LandingError("s3://b/k", "no room")
    result = ExtractResult.of([Skipped(us, "k"), Landed(jp, "l", 50, AT_23), Failed(de, refused)])

    with pytest.raises(ChartsFailedError, match=r"1 of 3 .* \(landed: jp; landed before: us\)\n- s3://b/k: no room"):
        result.or_raise()


def test_a_fault_of_our_own_is_raised_after_the_others_have_landed(extract, monkeypatch, stored):
    from chart_extract import extract as module

    read_chart = module.read_chart

    def broken(spotify, chart, *rest):
        if chart.name == "global":
            raise ZeroDivisionError
        return read_chart(spotify, chart, *rest)

    monkeypatch.setattr(module, "read_chart", broken)

    with pytest.raises(ZeroDivisionError):
        extract()

    assert stored.keys() == [f"{FOLDER}/{name}.20261122T230000Z.json" for name in ("jp", "us")]


def test_a_delivery_that_is_overtaken_by_another_says_skipped(extract, s3, bucket, spotify):
    def overtake(params, **_rest):
        s3.meta.events.unregister("provide-client-params.s3.PutObject", overtake)
        s3.put_object(Bucket=bucket, Key=params["Key"], Body=b"{}")

    s3.meta.events.register("provide-client-params.s3.PutObject", overtake)

    result = extract()

    assert len(result.skipped) == 1
    assert len(result.landed) == 2


def test_many_charts_are_read_at_once_but_not_more_than_the_connections(s3, bucket, policy):
    charts = tuple(Chart(f"c{number}", "abc") for number in range(3 * CONNECTIONS))
    request = ExtractRequest(charts, AT_23)
    lock, now, most = threading.Lock(), [0], [0]
    together = threading.Barrier(CONNECTIONS)

    class Spotify:
        def playlist(self, *_args, **_options):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            together.wait(timeout=5)
            with lock:
                now[0] -= 1
            return ONE_SONG

    result = extract_charts(request, RawZone(s3, bucket, request), Spotify, policy)

    assert [it.chart for it in result.landed] == list(charts)
    assert most == [CONNECTIONS]


def test_a_chart_that_drips_fails_in_time_and_does_not_land_after_that(extract, dripping, within, stored, the_late):
    dripping.body = ONE_SONG
    policy = within(4)

    def connect_one_to_drips(credentials, config, policy):
        client = connect(credentials, config, policy)
        drips = connect(credentials, config, policy)
        drips.prefix = f"{dripping.url}/"

        class Spotify:
            def playlist(self, playlist_id, **options):
                one = drips if playlist_id == config.charts[1].playlist_id else client
                return one.playlist(playlist_id, **options)

        return Spotify()

    result = extract(policy=policy, connect=connect_one_to_drips)

    assert policy.seconds_left() > 0
    assert names(result.landed) == ["global", "jp"]
    assert [type(it.error) for it in result.failed] == [OutOfTimeError]
    with pytest.raises(
        ChartsFailedError,
        match=r"\(landed: global, jp; .*\n- chart us .*: not done in time: the \d\.\d s left are for",
    ):
        result.or_raise()
    the_late()
    assert len(stored.keys()) == 2


def test_charts_that_wait_behind_dripping_ones_are_told_too_and_never_asked_for(
    extract, config, dripping, within, the_late, stored
):
    charts = tuple(Chart(f"c{number}", "abc") for number in range(CONNECTIONS + 2))
    drips = dataclasses.replace(config, charts=charts, spotify_api_url=f"{dripping.url}/")

    result = extract(policy=within(4), config=drips)

    assert [it.chart for it in result.failed] == list(charts)
    assert {type(it.error) for it in result.failed} == {OutOfTimeError}
    the_late()
    assert len(dripping.requests) == CONNECTIONS
    assert stored.keys() == []


def test_a_token_that_drips_is_that_one_error_in_time(extract, config, dripping, within):
    policy = within(4)

    with pytest.raises(OutOfTimeError, match="Spotify token: not done"):
        extract(policy=policy, config=dataclasses.replace(config, spotify_accounts_url=dripping.url))

    assert policy.seconds_left() > 0
