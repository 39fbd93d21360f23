"""What Spotify's answer means: from the exceptions of spotipy and requests to our walls.

We read the HTTP answer behind the exception and not the exception: spotipy's own leaves out the status of
the token endpoint, and turns an error body that it does not expect into an AttributeError. No message of
spotipy or requests is passed on, only Spotify's words for a refused call.

Walls are told apart by status, reason and what was asked for. Only where Spotify gives three different walls the
same 403, and nothing but words to tell them by, do we look at the words; unknown ones are quoted in a ForbiddenError.
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
    """An HTTP answer that is not a success."""

    status: int
    retry_after: float | None
    message: str
    reason: str
    oauth_error: str

    @classmethod
    def behind(cls, error: BaseException) -> Self | None:
        """Find the answer that made spotipy raise; None when there was none."""
        seen: BaseException | None = error
        while seen is not None:
            if isinstance(seen, requests.HTTPError) and seen.response is not None:
                return cls.of(seen.response)
            seen = seen.__context__
        return None

    @classmethod
    def of(cls, response: requests.Response) -> Self:
        """Read the status, and what is there of the three shapes of an error: Web API, OAuth and bare words."""
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
    """Say which wall a call of the Web API met; None when the exception does not come from an answer."""
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
    """Say the same of a call for a playlist, where a plain refusal says something about the playlist."""
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
    """Say the same of a call for a track, which may be gone."""
    wall, answer = call_wall(subject, error), Answer.behind(error)
    if isinstance(wall, BadAnswerError) and answer is not None and answer.status in (400, 404):
        return TrackGoneError(subject, f"Spotify has no such track ({answer.status})")
    return wall


def token_wall(grant_refused: SpotifyError, error: Exception) -> SpotifyError:
    """Say which wall a call for a token met; ``grant_refused`` is the one that ``invalid_grant`` means here."""
    subject = "Spotify token"
    if (answer := Answer.behind(error)) is None:
        # A success without what belongs in it makes spotipy trip over its parts.
        no_token = BadAnswerError(subject, "Spotify answered with something that is no token")
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
        # Some refusals are bare words. HTML is a proxy's or a gateway's, and says nothing about us.
        return {} if "<" in response.text else {"message": response.text.strip()}
    return body.get("error") if isinstance(body, dict) else None
