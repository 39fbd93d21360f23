"""The walls between us and a chart: what each means, and the way out. Raised in answers.py, chart.py and spotify.py."""

from chart_extract.errors import SpotifyError, TemporaryError

DASHBOARD = "https://developer.spotify.com/dashboard"
DOCUMENTATION = "https://developer.spotify.com/documentation/web-api"


class BadClientError(SpotifyError):
    """Spotify does not know the app."""

    meaning = "The app was deleted, its secret was renewed, or one of the two was copied incorrectly"
    action = f"Copy client id and client secret again from {DASHBOARD}: into the secret, or on your machine into .env"


class ConsentExpiredError(SpotifyError):
    """The refresh token is dead."""

    meaning = "Refresh tokens expire 6 months after the consent, or when it is withdrawn"
    action = "Consent again: top50 authorize"


class ConsentTooNarrowError(SpotifyError):
    """The user consented to less than we need."""

    meaning = "The token does not allow what we ask for"
    action = "Consent again, to everything that is asked for: top50 authorize"


class TokenRejectedError(SpotifyError):
    """A token that Spotify has just issued is refused."""

    meaning = "Spotify issued the token a moment ago, so no setting can be wrong"
    action = f"Run it again; if it persists, check the app in {DASHBOARD}"


class EditorialPlaylistError(SpotifyError):
    """One of Spotify's own playlists, which this app cannot read."""

    meaning = (
        "Since 27 November 2024 Spotify shows its own playlists only to apps with extended quota from before that day"
    )
    action = "Copy the chart into a playlist of your own and name that in CHARTS"


class PlaylistNotFoundError(SpotifyError):
    """No such playlist."""

    meaning = "It was deleted, its id is wrong, or it is private and its owner has not consented"
    action = "Correct its id in CHARTS; for a private playlist, its owner must consent: top50 authorize"


class TrackGoneError(SpotifyError):
    """No such track."""

    meaning = "The track was withdrawn"
    action = "Nothing to do: its position in the chart stays empty"


class PremiumLapsedError(SpotifyError):
    """The app's owner has no Premium."""

    meaning = "Apps in development mode work only while their owner has Spotify Premium"
    action = "Renew Premium for the account that owns the app and wait a few hours, or use an app whose owner has it"


class NotOnAllowlistError(SpotifyError):
    """The user who consented may not use the app."""

    meaning = "Apps in development mode serve only the users on their owner's list, at most five"
    action = f"Add the user who consented to the app's User Management in {DASHBOARD}"


class NotOwnerError(SpotifyError):
    """Somebody else's playlist."""

    meaning = (
        "Apps made since 11 February 2026 can read only playlists that the consenting user owns or collaborates on, "
        "and none without a user"
    )
    action = "Let the playlist's owner consent (top50 authorize), or use a playlist of your own"


class ItemsMissingError(SpotifyError):
    """The playlist without its contents: how Spotify says "not yours" with status 200."""

    meaning = NotOwnerError.meaning
    action = NotOwnerError.action


class ForbiddenError(SpotifyError):
    """A 403 with words that we do not know."""

    meaning = (
        "Spotify refuses this app, this user or this playlist; usually because the app's owner no longer has Premium, "
        "the user is not on the app's allowlist, or the playlist is somebody else's"
    )
    action = f"Check the app in {DASHBOARD}, then the playlist's owner"


class QuotaError(SpotifyError):
    """The developer account's quota is used up."""

    meaning = "All apps of a developer account share one daily quota; this is not a rate limit that ends in minutes"
    action = "Run it again tomorrow; if it happens again, put fewer charts in CHARTS"


class BadAnswerError(SpotifyError):
    """An answer that Spotify does not document."""

    meaning = "Nothing was landed, because Spotify does not document this answer"
    action = f"Run it again; if it persists, look at {DOCUMENTATION}"


class ChartShapeError(SpotifyError):
    """The payload changed; storing it would only move the problem downstream."""

    meaning = "Nothing was landed: Spotify may have changed the shape of its answers"
    action = f"Look for a change at {DOCUMENTATION}, then change this code and the transform"


class IncompleteChartError(SpotifyError):
    """Empty, short, without tracks, or changed while it was read."""

    meaning = "Nothing was landed: half a chart would look like a complete one"
    action = "Run it again; if it persists, open the playlist in Spotify and look at its songs"


class OutOfTimeError(SpotifyError):
    """The function has no time left."""

    meaning = "The function stops before Lambda's timeout stops it; landed charts stay, and are skipped next time"
    action = "Run it again, give the function a longer timeout, or extract fewer charts"


class RateLimitError(TemporaryError):
    """Too many requests within half a minute, or within a day."""

    meaning = "The app sent more requests than Spotify allows within half a minute, or within a day"
    action = "Run it again later; if it happens again, put fewer charts in CHARTS, or use a separate app for this"


class UnavailableError(TemporaryError):
    """Spotify has a problem."""

    meaning = "The problem is on Spotify's side"
    action = "Run it again later; https://status.spotify.dev shows Spotify's state"


class UnreachableError(TemporaryError):
    """No answer at all."""

    meaning = "The network connection to Spotify is down or blocked"
    action = "Run it again; if it persists, check the internet access (a function in a VPC needs a NAT gateway)"
