"""What can go wrong while extracting charts, and who acts.

ExtractError
├── ConfigError        a setting is missing or wrong: fix the deployment
├── EventError         the event is not one that this function handles: correct what sent it
├── ChartsFailedError  at least one chart did not land: see each one's error
└── ExplainedError     says what happened, what it means and what to do
    ├── SecretError        the Spotify credentials cannot be used: correct them
    │   └── NoCredentialsError  there are none, which CSVs do without
    ├── LandingError       S3 refused: fix the function's permissions (AWS's error is its cause)
    ├── ChartCsvError      a CSV is not a chart: download it again (chart_csv.py); a dropped one goes to quarantine
    └── SpotifyError       Spotify did not give us the chart: one class per wall, in walls.py
        ├── BadClientError          correct the app's credentials
        ├── ConsentExpiredError     a person consents again
        ├── ConsentTooNarrowError   a person consents again
        ├── TokenRejectedError      look at the app in Spotify's dashboard
        ├── EditorialPlaylistError  use another source
        ├── PlaylistNotFoundError   correct CHARTS
        ├── TrackGoneError          nothing to do: its position in a CSV's chart stays empty
        ├── PremiumLapsedError      the app's owner
        ├── NotOnAllowlistError     the app's owner
        ├── NotOwnerError           the consent of the playlist's owner, or another playlist
        ├── ItemsMissingError       the same, but Spotify answers 200
        ├── ForbiddenError          look at Spotify's words
        ├── QuotaError              wait, and ask for less
        ├── BadAnswerError          look at Spotify's changelog
        ├── ChartShapeError         look at Spotify's changelog
        ├── IncompleteChartError    try again, then look at the playlist
        ├── OutOfTimeError          a longer timeout, or fewer charts
        └── TemporaryError          already retried as often as made sense: invoke again later
            ├── RateLimitError
            ├── UnavailableError
            └── UnreachableError    if it persists: check the internet access

Messages name charts, playlists and settings; never a secret or a token.
"""

from typing import ClassVar


class ExtractError(Exception):
    """Everything this package raises on its own account."""


class ConfigError(ExtractError):
    """A setting is missing or wrong."""


class EventError(ExtractError):
    """The event is not one that this function handles."""


class ChartsFailedError(ExtractError):
    """At least one chart did not land; all others did."""


class ExplainedError(ExtractError):
    """Says what it is about and what happened; each class adds what that means and what to do."""

    meaning: ClassVar[str]
    action: str

    def __init__(self, subject: object, problem: str) -> None:
        self.subject = subject
        self.problem = problem
        super().__init__(subject, problem)

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}. {self.meaning}. {self.action}"


class SecretError(ExplainedError):
    """The Spotify credentials cannot be read, or lack something."""

    meaning = "Spotify gives no token without an app's client_id and client_secret"
    action = (
        "Copy both from https://developer.spotify.com/dashboard: on your machine into .env, as SPOTIFY_CLIENT_ID=... "
        "and SPOTIFY_CLIENT_SECRET=...; on AWS into the secret, as JSON like "
        '{"client_id": "...", "client_secret": "..."} that the function may read (secretsmanager:GetSecretValue)'
    )


class NoCredentialsError(SecretError):
    """There are no Spotify credentials at all."""


class LandingError(ExplainedError):
    """S3 refused to read or to store something."""

    meaning = "The function cannot work with this bucket"
    action = (
        "Set DATA_BUCKET to a bucket in which the function may list, get and put objects below raw/, and abort uploads"
    )


class SpotifyError(ExplainedError):
    """A wall between us and a chart."""


class TemporaryError(SpotifyError):
    """A wall that may be gone after a while: only these are retried."""

    def __init__(self, subject: object, problem: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(subject, problem)
