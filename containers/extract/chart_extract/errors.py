"""What can go wrong while extracting charts, and who acts.

ExtractError
├── ConfigError        a setting is missing or wrong: fix the deployment
├── SecretError        the Spotify secret cannot be used: correct it in Secrets Manager
├── EventError         the event asks for nothing we can do: whoever sent it
├── LandingError       S3 refused: fix the function's permissions (AWS's error is its cause)
├── ChartsFailedError  at least one chart did not land: see each one's error
└── SpotifyError       Spotify did not give us the chart: one class per wall, in walls.py, each with its way out
    ├── BadClientError          correct the app's credentials in the secret
    ├── ConsentExpiredError     a person consents again
    ├── ConsentTooNarrowError   a person consents again
    ├── TokenRejectedError      look at the app in Spotify's dashboard
    ├── EditorialPlaylistError  use another source
    ├── PlaylistNotFoundError   correct CHARTS
    ├── ForbiddenError          the app's or the playlist's owner
    ├── ItemsMissingError       use a playlist of the consenting user
    ├── QuotaError              wait, and ask for less
    ├── BadAnswerError          look at Spotify's changelog
    ├── ChartShapeError         look at Spotify's changelog
    ├── IncompleteChartError    try again, then look at the playlist
    ├── OutOfTimeError          a longer timeout, or fewer charts
    └── TemporaryError          tried again for as long as it made sense: invoke again later
        ├── RateLimitError
        ├── UnavailableError
        └── UnreachableError    if it stays: the function's way to the internet

Messages name charts, playlists and settings; never a secret or a token.
"""

from typing import ClassVar


class ExtractError(Exception):
    """Everything this package raises on its own account."""


class ConfigError(ExtractError):
    """A setting is missing or wrong."""


class SecretError(ExtractError):
    """The Spotify secret cannot be read, or lacks something."""


class EventError(ExtractError):
    """The event asks for nothing we can do."""


class LandingError(ExtractError):
    """S3 refused to tell or to take something."""


class ChartsFailedError(ExtractError):
    """At least one chart did not land; what could be landed is landed."""


class SpotifyError(ExtractError):
    """A wall: what it is about, what happened, and (the same for all of a class) what to do."""

    action: ClassVar[str]

    def __init__(self, subject: object, problem: str) -> None:
        self.subject = subject
        self.problem = problem
        super().__init__(subject, problem)

    def __str__(self) -> str:
        return f"{self.subject}: {self.problem}. {self.action}"


class TemporaryError(SpotifyError):
    """A wall that may be gone after a while: the only ones that are tried again."""

    def __init__(self, subject: object, problem: str, retry_after: float | None = None) -> None:
        self.retry_after = retry_after
        super().__init__(subject, problem)
