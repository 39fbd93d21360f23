"""What a response from Spotify means: turns exceptions of spotipy and requests into our walls.

We read the HTTP response behind the exception, not the exception itself: spotipy's own drops the status of the
token endpoint, and turns an error body that it does not expect into an AttributeError. Messages of spotipy and
requests are never passed on, only Spotify's own words about a refused call.

Status, reason and the request tell the walls apart. Three different walls share the status 403 and differ only in
their wording; only there do we look at the words, and unknown words are quoted in a ForbiddenError.
"""

from dataclasses import dataclass
from typing import Any, Self

import requests
from spotipy.exceptions import SpotifyBaseException

from chart_extract.charts import Chart
from chart_extract.errors import SpotifyError, TemporaryError
from chart_extract.walls import (
    BadAnswerError,
    BadClientError,
    ConsentTooNarrowError,
    EditorialPlaylistError,
    ForbiddenError,
    NotOnAllowlistError,
    NotOwnerError,
    PlaylistNotFoundError,
    PremiumLapsedError,
    QuotaError,
    RateLimitError,
    TokenRejectedError,
    TrackGoneError,
    UnavailableError,
    UnreachableError,
)

RAISED_BY_SPOTIPY = (SpotifyBaseException, requests.RequestException, AttributeError, KeyError, TypeError)
EDITORIAL_ID = "37i9dQZ"
LONGEST_QUOTE = 200
# Spotify's words (in small letters) for the walls that share the status 403.
FORBIDDEN: dict[str, type[SpotifyError]] = {
    "active premium subscription required": PremiumLapsedError,
    "user not registered": NotOnAllowlistError,
    "user may not be registered": NotOnAllowlistError,
    "insufficient client scope": ConsentTooNarrowError,
}


@dataclass(frozen=True)
class Answer:
    """An HTTP response that is not a success."""

    status: int
    retry_after: float | None
    message: str
    reason: str
    oauth_error: str

    @classmethod
    def behind(cls, error: BaseException) -> Self | None:
        """Find the response that made spotipy raise; None when there was none."""
        seen: BaseException | None = error
        while seen is not None:
            if isinstance(seen, requests.HTTPError) and seen.response is not None:
                return cls.of(seen.response)
            seen = seen.__context__
        return None

    @classmethod
    def of(cls, response: requests.Response) -> Self:
        """Read the status and the error, which comes in three shapes: Web API, OAuth and plain text."""
        details = _error(response)
        nested: dict[str, Any] = details if isinstance(details, dict) else {}
        wait = response.headers.get("Retry-After", "")
        return cls(
            status=response.status_code,
            retry_after=float(wait) if wait.isdecimal() else None,
            message=str(nested.get("message") or "")[:LONGEST_QUOTE],
            reason=str(nested.get("reason") or ""),
            oauth_error=details if isinstance(details, str) else "",
        )


def call_wall(subject: object, error: Exception) -> SpotifyError | None:
    """Which wall a call to the Web API hit; None when no response caused the exception."""
    if (answer := Answer.behind(error)) is None:
        return _unreachable(subject, error)
    if temporary := _busy(subject, answer):
        return temporary
    if answer.status == requests.codes.unauthorized:
        return TokenRejectedError(subject, "Spotify refused our new token (401)")
    if answer.status == requests.codes.forbidden:
        said = answer.message.lower()
        wall = next((wall for words, wall in FORBIDDEN.items() if words in said), ForbiddenError)
        return wall(subject, f'Spotify says "{answer.message}" (403)')
    return BadAnswerError(subject, f'Spotify answered {answer.status} "{answer.message}"')


def playlist_wall(chart: Chart, error: Exception) -> SpotifyError | None:
    """The same for a playlist request, where a plain refusal tells something about the playlist."""
    wall, answer = call_wall(chart, error), Answer.behind(error)
    if answer is None or not isinstance(wall, ForbiddenError | BadAnswerError):
        return wall
    plainly_forbidden = answer.status == requests.codes.forbidden and answer.message in ("", "Forbidden")
    if chart.playlist_id.startswith(EDITORIAL_ID) and (plainly_forbidden or answer.status == requests.codes.not_found):
        return EditorialPlaylistError(chart, f"Spotify hides this playlist of its own from your app ({answer.status})")
    if plainly_forbidden:
        return NotOwnerError(chart, "Spotify refuses its entries (403)")
    match answer.status:
        case 400:
            return PlaylistNotFoundError(chart, f'Spotify says "{answer.message}" (400)')
        case 404:
            return PlaylistNotFoundError(chart, "Spotify has no such playlist (404)")
    return wall


def track_wall(subject: object, error: Exception) -> SpotifyError | None:
    """The same for a track request; the track may be gone."""
    wall, answer = call_wall(subject, error), Answer.behind(error)
    if isinstance(wall, BadAnswerError) and answer is not None and answer.status in (400, 404):
        return TrackGoneError(subject, f"Spotify has no such track ({answer.status})")
    return wall


def token_wall(grant_refused: SpotifyError, error: Exception) -> SpotifyError:
    """Which wall a token request hit; ``grant_refused`` is what ``invalid_grant`` means here."""
    subject = "Spotify token"
    if (answer := Answer.behind(error)) is None:
        # spotipy raises on a success that lacks the expected fields.
        no_token = BadAnswerError(subject, "Spotify's answer is not a token")
        return _unreachable(subject, error) or no_token
    if temporary := _busy(subject, answer):
        return temporary
    if answer.oauth_error == "invalid_client":
        return BadClientError(subject, "Spotify does not know this client id with this secret (invalid_client)")
    if answer.oauth_error == "invalid_grant":
        return grant_refused
    return BadAnswerError(subject, f"Spotify refused to give one ({answer.status})")


def _busy(subject: object, answer: Answer) -> SpotifyError | None:
    if answer.status == requests.codes.too_many_requests:
        if answer.reason == "QUOTA_EXCEEDED":
            return QuotaError(subject, "your developer account's quota is used up (429, QUOTA_EXCEEDED)")
        wait = "" if answer.retry_after is None else f": wait {answer.retry_after:.0f} s"
        return RateLimitError(subject, f"Spotify limits our rate (429{wait})", answer.retry_after)
    if answer.status >= requests.codes.server_error:
        return UnavailableError(subject, f"Spotify answered {answer.status}", answer.retry_after)
    return None


def _unreachable(subject: object, error: Exception) -> TemporaryError | None:
    if isinstance(error, requests.RequestException) and not isinstance(error, requests.JSONDecodeError):
        return UnreachableError(subject, f"no answer from Spotify ({type(error).__name__})")
    return None


def _error(response: requests.Response) -> Any:
    try:
        body = response.json()
    except requests.JSONDecodeError:
        # Some refusals are plain text. HTML comes from a proxy or a gateway and tells nothing about the request.
        return {} if "<" in response.text else {"message": response.text.strip()}
    return body.get("error") if isinstance(body, dict) else None
