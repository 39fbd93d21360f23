"""Try everything that an extraction needs, in order, with real requests; nothing is landed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from spotipy import Spotify

from chart_extract.answers import call_wall
from chart_extract.chart import ObservedChart, read_chart
from chart_extract.charts import Chart, known_charts
from chart_extract.config import Config
from chart_extract.consent import LIFETIME, RENEW_AFTER, consent_age
from chart_extract.errors import SpotifyError
from chart_extract.event import ExtractRequest
from chart_extract.findings import Findings, Good
from chart_extract.landing import RawZone
from chart_extract.moments import iso, utc_now
from chart_extract.parallel import in_time, unfinished
from chart_extract.retry import RetryPolicy
from chart_extract.spotify import Credentials, are_missing, connect
from chart_extract.walls import BadAnswerError, EditorialPlaylistError, ForbiddenError, ItemsMissingError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Any track will do: what counts is whether the app may request several tracks at once.
SOME_TRACK = "4cOdK2wGLETKBW3PvgPWqT"
BY_LIST = "several tracks at once"
DEVELOPMENT = "in development mode"
ONLY_THE_USERS = "only playlists that the consenting user owns or collaborates on"


def diagnose(
    config: Config,
    read_credentials: Callable[[], Credentials],
    s3: S3Client | None,
    policy: RetryPolicy,
    clock: Callable[[], datetime] = utc_now,
) -> Findings:
    """Check everything from the credentials to the age of the consent; without ``s3`` the bucket is not checked."""
    findings = Findings()
    names = ", ".join(chart.name for chart in config.charts) or "none"
    read = "These charts would be read" if config.charts else "No playlist would be read; chart CSVs can be added"
    on_aws = bool(config.spotify_secret_id)
    tried = "the environment" if on_aws else ".env and the environment"
    findings.ask("settings", tried, lambda: (None, f"CHARTS: {names}", read))
    origin = f"secret {config.spotify_secret_id}" if on_aws else tried
    needless = not config.charts and are_missing(read_credentials)
    if needless:
        findings.note(
            "credentials", origin, "none", "Chart CSVs are added without look-ups: no albums, no artists' ids"
        )
    credentials = None if needless else findings.ask("credentials", origin, lambda: _credentials(read_credentials()))
    spotify = _token(findings, credentials, config, policy) if credentials else None
    if spotify:
        _charts(findings, spotify, config, policy, clock)
        _app(findings, spotify, policy, clock)
    elif not needless:
        unasked = [] if credentials else ["token"]
        findings.skip(*unasked, *[f"chart {chart.name}" for chart in config.charts], "app")
    if s3:
        bucket = f"list s3://{config.data_bucket}/raw/, start an upload to it and cancel that"
        findings.ask("bucket", bucket, partial(_bucket, s3, config, clock()))
    else:
        findings.note("bucket", "", "", "On this machine, top50 run uses a local bucket")
    if credentials:
        _consent(findings, credentials, clock())
    elif not needless:
        findings.skip("consent")
    return findings


def _credentials(credentials: Credentials) -> Good[Credentials]:
    if credentials.refresh_token:
        return credentials, "a client id, a client secret, a refresh token", "We ask as the user who consented"
    alone = "We ask as the app alone: it sees no private playlist, and an app made since 11 February 2026 sees none"
    return credentials, "a client id and a client secret, no refresh token", alone


def _token(findings: Findings, credentials: Credentials, config: Config, policy: RetryPolicy) -> Spotify | None:
    def token() -> Good[Spotify]:
        return connect(credentials, config, policy), "a token", "Spotify knows the app, and the consent if there is one"

    spotify = findings.ask("token", f"POST {config.spotify_accounts_url}/api/token", token)
    if spotify and credentials.refresh_token:

        def user() -> Good[str]:
            subject = "Spotify user"
            me: Any = policy.call(subject, spotify.me, partial(call_wall, subject))
            if not isinstance(me, dict) or not me.get("id"):
                raise BadAnswerError(subject, "Spotify answered 200 without a user in it")
            return me["id"], me["id"], "This user consented; any app can read the playlists that this user owns"

        findings.ask("user", "GET /me", user)
    return spotify


def _charts(
    findings: Findings, spotify: Spotify, config: Config, policy: RetryPolicy, clock: Callable[[], datetime]
) -> None:
    reads = {chart: partial(read_chart, spotify, chart, policy, clock) for chart in config.charts}
    done = in_time(reads, policy)

    def chart_is_whole(chart: Chart) -> Good[ObservedChart]:
        if chart not in done:
            raise unfinished(chart, policy)
        observed = done[chart].result()
        return observed, _shape(observed), "An extraction would land it"

    for chart in config.charts:
        findings.ask(f"chart {chart.name}", f"GET /playlists/{chart.playlist_id}", partial(chart_is_whole, chart))


def _shape(observed: ObservedChart) -> str:
    owner = observed.playlist.get("owner")
    whose = owner.get("id") if isinstance(owner, dict) else None
    entries = [entry for page in observed.pages for entry in page["items"] if entry]
    shape = "new (item)" if any("item" in entry for entry in entries) else "old (track)"
    return f"{observed.entries} entries in the {shape} shape, in a playlist owned by {whose or 'an unnamed user'}"


def _app(findings: Findings, spotify: Spotify, policy: RetryPolicy, clock: Callable[[], datetime]) -> None:
    """Say what kind of app this looks like: that decides which charts it can read. It fails no check by itself."""
    top_50 = Chart("global", known_charts()["global"])
    by_list = partial(policy.call, BY_LIST, partial(spotify.tracks, [SOME_TRACK]), partial(call_wall, BY_LIST))
    try:
        if _allowed(partial(read_chart, spotify, top_50, policy, clock), EditorialPlaylistError, ItemsMissingError):
            came_back, app = (
                "the chart",
                "with extended quota from before 27 November 2024: it can read Spotify's own charts",
            )
        elif _allowed(by_list, ForbiddenError, BadAnswerError):
            came_back, app = "only tracks", f"{DEVELOPMENT} made before 11 February 2026: it can read users' playlists"
        else:
            came_back, app = "neither", f"{DEVELOPMENT} made since 11 February 2026: it can read {ONLY_THE_USERS}"
    except SpotifyError as error:
        came_back, app = error.problem, f"of a kind that cannot be determined now. {error.meaning}"
    findings.note("app", f'GET "Top 50 - Global", then {BY_LIST}', came_back, f"This looks like an app {app}")


def _allowed(call: Callable[[], object], *refusals: type[SpotifyError]) -> bool:
    try:
        call()
    except refusals:
        return False
    return True


def _bucket(s3: S3Client, config: Config, now: datetime) -> Good[None]:
    zone = RawZone(s3, config.data_bucket, ExtractRequest(config.charts, now))
    for chart in config.charts:
        zone.find(chart)
    zone.rehearse()
    return None, "both worked", "Charts can land"


def _consent(findings: Findings, credentials: Credentials, now: datetime) -> None:
    if not credentials.refresh_token:
        findings.note("consent", "", "", "There is no refresh token, so there is no consent that could expire")
        return
    tried, age = "consented_at beside the refresh token", consent_age(credentials.consented_at, now)
    if age is None:
        came_back = repr(credentials.consented_at) if credentials.consented_at else "no date"
        unknown = "The refresh token expires 6 months after the consent, whose date is not known"
        findings.note("consent", tried, came_back, unknown, "Consent again, which stores the date: top50 authorize")
        return
    came_back = f"{credentials.consented_at}, {age.days} days ago"
    means = f"The refresh token expires 6 months after the consent, about {iso(now - age + LIFETIME)[:10]}"
    if age >= RENEW_AFTER:
        findings.note("consent", tried, came_back, means, "Consent again before that: top50 authorize")
    else:
        findings.ask("consent", tried, lambda: (None, came_back, means))
