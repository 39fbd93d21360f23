"""The walls between us and a chart: what each means, and the way out. Raised in answers.py, chart.py and spotify.py."""

from chart_extract.errors import SpotifyError, TemporaryError

DASHBOARD = "https://developer.spotify.com/dashboard"
DOCUMENTATION = "https://developer.spotify.com/documentation/web-api"


class BadClientError(SpotifyError):
    """Spotify does not know the app."""

    meaning = "The app was deleted, its secret was renewed, or one of the two was copied wrong"
    action = f"Copy client id and client secret again from {DASHBOARD}: into the secret, or on your machine into .env"


class ConsentExpiredError(SpotifyError):
    """The refresh token is dead."""

    meaning = "Refresh tokens die 6 months after consent, and when it is withdrawn"
    action = "Consent again: make authorize"


class ConsentTooNarrowError(SpotifyError):
    """The user consented to less than we need."""

    meaning = "The token does not allow what we ask for"
    action = "Consent again, to all of it: make authorize"


class TokenRejectedError(SpotifyError):
    """A token that Spotify has just issued is refused."""

    meaning = "Spotify gave the token a moment ago, so this is nothing that a setting mends"
    action = f"Run it again; if that stays, look at the app's state in {DASHBOARD}"


class EditorialPlaylistError(SpotifyError):
    """A playlist of Spotify's own, closed to this app."""

    meaning = (
        "Since 27 November 2024 Spotify shows its own playlists only to apps with extended quota from before that day"
    )
    action = "Copy the chart into a playlist of your own and name that in CHARTS"


class PlaylistNotFoundError(SpotifyError):
    """No such playlist."""

    meaning = "It was deleted, its id is wrong, or it is private and nobody consented whom it is shown to"
    action = "Correct its id in CHARTS; for a private playlist, its owner consents: make authorize"


class TrackGoneError(SpotifyError):
    """No such track."""

    meaning = "The track was withdrawn"
    action = "Nothing: its place in the chart stays empty"


class PremiumLapsedError(SpotifyError):
    """The app's owner has no Premium."""

    meaning = "Apps in development mode work only while their owner has Spotify Premium"
    action = "Renew Premium for the account that owns the app and wait some hours, or use an app of somebody who has it"


class NotOnAllowlistError(SpotifyError):
    """The user whose token it is may not use the app."""

    meaning = "Apps in development mode serve only the users whom their owner lists, at most five"
    action = f"Add the user who consented in {DASHBOARD}, at the app, under User Management"


class NotOwnerError(SpotifyError):
    """A playlist of somebody else's."""

    meaning = (
        "Apps made since 11 February 2026 read only playlists that the consenting user owns or collaborates on, and "
        "none without a user"
    )
    action = "Let the playlist's owner consent (make authorize), or use a playlist of your own"


class ItemsMissingError(SpotifyError):
    """The playlist without its contents: how Spotify says "not yours" in a 200."""

    meaning = NotOwnerError.meaning
    action = NotOwnerError.action


class ForbiddenError(SpotifyError):
    """A 403 in words that we do not know."""

    meaning = (
        "Spotify refuses this app, this user or this playlist; mostly because the app's owner has no Premium any "
        "more, the user is not on the app's allowlist, or the playlist is not the user's own"
    )
    action = f"Look at the app in {DASHBOARD}, then at the playlist's owner"


class QuotaError(SpotifyError):
    """The developer account's quota is used up."""

    meaning = "All apps of a developer account share one quota a day; this is no rate limit, minutes do not help"
    action = "Run it again tomorrow; if that repeats, put fewer charts in CHARTS"


class BadAnswerError(SpotifyError):
    """An answer that Spotify does not document."""

    meaning = "Nothing was landed, as nobody knows what this answer means"
    action = f"Run it again; if that stays, look at {DOCUMENTATION}"


class ChartShapeError(SpotifyError):
    """The payload changed; storing it would only move the problem."""

    meaning = "Nothing was landed: Spotify may have changed the shape of its answers"
    action = f"Look for a change at {DOCUMENTATION}, then change this code and the transform"


class IncompleteChartError(SpotifyError):
    """Empty, short, without tracks, or changed while it was read."""

    meaning = "Nothing was landed: half a chart would look like a whole one"
    action = "Run it again; if that stays, open the playlist in Spotify and look at its songs"


class OutOfTimeError(SpotifyError):
    """The function's time is used up."""

    meaning = "The function ends before its timeout ends it; what has landed stays, and is skipped the next time"
    action = "Run it again, give the function a longer timeout, or extract fewer charts"


class RateLimitError(TemporaryError):
    """Too many calls in Spotify's window of half a minute, or of a day."""

    meaning = "The app asked too often for Spotify's window of half a minute, or of a day"
    action = "Run it again later; if that repeats, put fewer charts in CHARTS or use an app for this alone"


class UnavailableError(TemporaryError):
    """Spotify has trouble of its own."""

    meaning = "Spotify has trouble of its own"
    action = "Run it again later (https://status.spotify.dev tells how it is)"


class UnreachableError(TemporaryError):
    """No answer at all."""

    meaning = "The network between here and Spotify is down, or closed"
    action = "Run it again; if that stays, look at the way to the internet (of a function in a VPC: a NAT gateway)"
