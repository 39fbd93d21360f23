"""What the doctor says of each wall, asked for through the real spotipy; and that it is right."""

import dataclasses
from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest

from chart_extract.charts import parse_charts
from chart_extract.diagnosis import diagnose
from chart_extract.errors import SecretError
from chart_extract.event import ExtractRequest
from chart_extract.extract import extract_charts
from chart_extract.landing import RawZone
from chart_extract.spotify import connect
from local_cloud.spotify import own_playlist_id

NOW = datetime(2026, 11, 22, 23, 0, 0, tzinfo=UTC)
GLOBAL, MINE = "global", f"mine={own_playlist_id('global')}"
THEIRS = "1" * 22


@pytest.fixture
def config_of(config):
    return lambda charts: dataclasses.replace(config, charts=parse_charts(charts))


@pytest.fixture
def examine(s3, config_of, user, policy):
    """Let the doctor look, by default as a user who reads a playlist of their own."""

    def examine(charts=MINE, credentials=user, **more):
        return diagnose(config_of(charts), lambda: credentials, s3, policy, clock=lambda: NOW, **more)

    return examine


def states(findings):
    return {finding.check: finding.state for finding in findings.found}


def failures(findings):
    return [finding for finding in findings.found if finding.state == "fail"]


def the(check, findings):
    return next(finding for finding in findings.found if finding.check == check)


def test_a_healthy_extraction_is_told_line_by_line_in_the_order_of_its_needs(spotify, examine):
    spotify.configure(app="development_new")

    findings = examine()

    assert findings.ok
    first = ("settings", "credentials", "token", "user", "chart mine")
    expected = [*((check, "ok") for check in first), ("app", "note"), ("bucket", "ok"), ("consent", "note")]
    assert [(finding.check, finding.state) for finding in findings.found] == expected


def test_each_chart_is_told_with_its_owner_its_entries_and_its_shape(spotify, examine):
    old = the("chart global", examine(f"{GLOBAL},{MINE}"))
    spotify.configure(app="development_new")
    new = the("chart mine", examine())

    assert old.came_back == "50 entries in the old (track) shape, in a playlist owned by spotify"
    assert new.came_back == "50 entries in the new (item) shape, in a playlist owned by stand-in-user"
    assert the("user", examine()).came_back == "stand-in-user"


@pytest.mark.parametrize(
    ("app", "looks_like"),
    [
        ("extended", "extended quota from before 27 November 2024"),
        ("development_old", "development mode made before 11 February 2026"),
        ("development_new", "development mode made since 11 February 2026"),
    ],
)
@pytest.mark.parametrize("login", ["app_alone", "user"])
def test_the_class_of_app_is_told_whatever_is_configured(request, spotify, examine, app, looks_like, login):
    spotify.configure(app=app)

    finding = the("app", examine(credentials=request.getfixturevalue(login)))

    assert looks_like in finding.means


def test_what_class_of_app_it_is_may_not_be_told_and_stops_nothing(spotify, examine):
    spotify.configure(app="development_old")
    spotify.fail("server_error", path="/v1/tracks")

    findings = examine()

    assert findings.ok
    assert "cannot be determined now" in the("app", findings).means


@pytest.mark.parametrize(
    ("fault", "check", "came_back", "to_do"),
    [
        ({"kind": "invalid_client"}, "token", "invalid_client", "Copy client id and client secret again"),
        ({"kind": "invalid_grant"}, "token", "given on 2026-05-20", "top50 authorize"),
        ({"kind": "server_error", "endpoint": "token"}, "token", "answered 503", "status.spotify.dev"),
        ({"kind": "unauthorized", "path": "/v1"}, "user", "401", "developer.spotify.com/dashboard"),
        ({"kind": "forbidden", "message": "premium"}, "user", "Active premium", "Renew Premium"),
        ({"kind": "forbidden", "message": "allowlist"}, "user", "may not be registered", "User Management"),
        ({"kind": "forbidden", "endpoint": "playlist"}, "chart mine", "(403)", "Let the playlist's owner consent"),
        ({"kind": "not_found", "endpoint": "playlist"}, "chart mine", "(404)", "Correct its id in CHARTS"),
        ({"kind": "no_items"}, "chart mine", "left the entries", "Let the playlist's owner consent"),
        ({"kind": "quota"}, "chart mine", "QUOTA_EXCEEDED", "tomorrow"),
        ({"kind": "rate_limit", "retry_after": 86400}, "chart mine", "wait 86400 s", "fewer charts"),
        ({"kind": "drop"}, "chart mine", "no answer from Spotify", "check the internet access"),
        ({"kind": "wrong_shape"}, "chart mine", "neither an object nor null", "Look for a change"),
        ({"kind": "empty_chart"}, "chart mine", "the playlist is empty", "look at its songs"),
        ({"kind": "not_json"}, "user", "without a user in it", "Run it again"),
        ({"kind": "not_json", "endpoint": "playlist"}, "chart mine", "without a JSON object", "Run it again"),
    ],
)
def test_each_wall_fails_the_check_that_meets_it_and_says_what_to_do(spotify, examine, fault, check, came_back, to_do):
    spotify.fail(**fault)

    findings = examine()

    finding = the(check, findings)
    assert not findings.ok
    assert finding.state == "fail"
    assert came_back in finding.came_back
    assert to_do in finding.to_do
    assert finding.tried
    assert finding.means


def test_a_top_50_that_was_withdrawn_is_told_from_a_playlist_that_is_not_there(spotify, examine):
    spotify.configure(app="development_old")

    findings = examine(f"{GLOBAL},nobodys={'0' * 22},{MINE}")

    assert [finding.check for finding in failures(findings)] == ["chart global", "chart nobodys"]
    assert the("chart global", findings).to_do == "Copy the chart into a playlist of your own and name that in CHARTS"
    assert the("chart nobodys", findings).to_do.startswith("Correct its id in CHARTS")


def test_a_network_that_is_down_is_told_at_the_first_call(s3, config, user, policy):
    nowhere = dataclasses.replace(config, spotify_accounts_url="http://127.0.0.1:1")

    findings = diagnose(nowhere, lambda: user, s3, policy, clock=lambda: NOW)

    assert "no answer from Spotify (ConnectionError)" in the("token", findings).came_back
    assert states(findings)["chart us"] == states(findings)["app"] == "skip"
    assert states(findings)["bucket"] == "ok"


def test_without_credentials_nothing_of_spotifys_is_asked(spotify, s3, config, policy):
    def refuse():
        raise SecretError("secret nowhere", "it cannot be read")

    findings = diagnose(config, refuse, s3, policy, clock=lambda: NOW)

    assert not findings.ok
    assert the("credentials", findings).came_back == "it cannot be read"
    assert {states(findings)[it] for it in ("token", "chart global", "app", "consent")} == {"skip"}
    assert spotify.requests() == []


def test_a_bucket_that_does_not_take_anything_fails_its_check_alone(examine, s3):
    s3.meta.events.register(
        "provide-client-params.s3.CreateMultipartUpload", lambda params, **_rest: params.update(Bucket="no-such-bucket")
    )

    findings = examine()

    assert [finding.check for finding in failures(findings)] == ["bucket"]
    assert "NoSuchBucket" in failures(findings)[0].came_back


def test_looking_leaves_nothing_in_the_bucket(examine, s3, bucket, stored):
    examine()

    assert stored.keys() == []
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


@pytest.mark.parametrize(
    ("consented_at", "state", "words"),
    [
        ("2026-11-01", "ok", "2026-11-01, 21 days ago"),
        ("2026-06-26", "ok", "149 days ago"),
        ("2026-06-25", "note", "150 days ago"),
        ("", "note", "no date"),
        ("last spring", "note", "'last spring'"),
    ],
)
def test_a_consent_is_to_be_renewed_after_five_months_or_when_nobody_knows_its_age(
    examine, user, consented_at, state, words
):
    findings = examine(credentials=dataclasses.replace(user, consented_at=consented_at))

    finding = the("consent", findings)
    assert findings.ok
    assert (finding.state, "top50 authorize" in finding.to_do) == (state, state == "note")
    assert words in finding.came_back


def test_the_app_alone_has_no_consent_that_could_end(examine, app_alone):
    assert the("consent", examine(credentials=app_alone)).to_do == ""


@pytest.mark.parametrize("app", ["extended", "development_old", "development_new"])
@pytest.mark.parametrize("login", ["app_alone", "user"])
def test_the_doctor_says_yes_exactly_when_an_extraction_succeeds(
    request, spotify, s3, bucket, policy, config_of, examine, app, login
):
    credentials = request.getfixturevalue(login)
    spotify.configure(app=app, others_playlists={THEIRS: "global"})
    faults = [None, {"kind": "short"}, {"kind": "withdrawn"}, {"kind": "forbidden"}]

    answers = {}
    for minute, (charts, fault) in enumerate(product([GLOBAL, MINE, f"{MINE},theirs={THEIRS}"], faults)):
        spotify.heal()
        if fault:
            spotify.fail(**fault)
        extraction = ExtractRequest(config_of(charts).charts, NOW.replace(minute=minute))
        connected = partial(connect, credentials, config_of(charts), policy)
        result = extract_charts(extraction, RawZone(s3, bucket, extraction), connected, policy)
        answers[charts, str(fault)] = (examine(charts, credentials).ok, not result.failed)

    assert {case: ok for case, (ok, _) in answers.items()} == {case: lands for case, (_, lands) in answers.items()}
    assert any(ok for ok, _ in answers.values()) is (app != "development_new" or login == "user")
