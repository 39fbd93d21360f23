"""The walls between us and a chart, each with its way out. Who raises them: answers.py, chart.py and spotify.py."""

from chart_extract.errors import SpotifyError, TemporaryError


class BadClientError(SpotifyError):
    """Spotify does not know the app."""

    action = "Copy the app's client_id and client_secret from https://developer.spotify.com/dashboard into the secret"


class ConsentExpiredError(SpotifyError):
    """The refresh token is dead."""

    action = (
        "Refresh tokens die 6 months after consent, and when it is withdrawn: consent again and store the new token "
        "(README: refresh token)"
    )


class ConsentTooNarrowError(SpotifyError):
    """The user consented to less than we need."""

    action = "Consent again, to all the scopes (README: refresh token)"


class TokenRejectedError(SpotifyError):
    """A token that Spotify has just issued is refused."""

    action = "Run it again; if that stays, look at the app's state in https://developer.spotify.com/dashboard"


class EditorialPlaylistError(SpotifyError):
    """A playlist of Spotify's own, closed to this app."""

    action = (
        "Since 27 November 2024 Spotify shows its own playlists only to apps with extended quota from before that "
        "day: copy the chart into a playlist of your own and name that in CHARTS"
    )


class PlaylistNotFoundError(SpotifyError):
    """No such playlist."""

    action = "Correct its id in CHARTS; a private playlist needs a refresh token of its owner (README)"


class ForbiddenError(SpotifyError):
    """The app, or the user, may not read the playlist."""

    action = (
        "Either the app's owner has no Spotify Premium any more, or the consenting user is not on the app's allowlist "
        "(both: https://developer.spotify.com/dashboard), or the playlist is not the consenting user's own "
        "(apps made since February 2026 need a refresh token (README) and read nothing else)"
    )


class ItemsMissingError(SpotifyError):
    """The playlist without its contents: how Spotify says "not yours" in a 200."""

    action = (
        "Apps made since February 2026 read only playlists that the consenting user owns or collaborates on: consent "
        "as that user and store the refresh token (client credentials alone read none), or use a playlist of their own"
    )


class QuotaError(SpotifyError):
    """The developer account's quota is used up."""

    action = "Waiting minutes does not help: run it again tomorrow; if that repeats, put fewer charts in CHARTS"


class BadAnswerError(SpotifyError):
    """An answer that Spotify does not document."""

    action = (
        "Nothing was landed. Run it again; if that stays, look at https://developer.spotify.com/documentation/web-api"
    )


class ChartShapeError(SpotifyError):
    """The payload changed; storing it would only move the problem."""

    action = (
        "Nothing was landed. Look for a change at https://developer.spotify.com/documentation/web-api, then change "
        "this code and the transform"
    )


class IncompleteChartError(SpotifyError):
    """Empty, short, without tracks, or changed while it was read."""

    action = "Nothing was landed. Run it again; if that stays, open the playlist in Spotify and look at its songs"


class OutOfTimeError(SpotifyError):
    """The function's time is used up."""

    action = "Run it again (what has landed is skipped), give the function a longer timeout, or extract fewer charts"


class RateLimitError(TemporaryError):
    """Too many calls in Spotify's window of half a minute, or of a day."""

    action = "Run it again later; if that repeats, put fewer charts in CHARTS or use an app for this alone"


class UnavailableError(TemporaryError):
    """Spotify has trouble of its own."""

    action = "Run it again later (https://status.spotify.dev tells how it is)"


class UnreachableError(TemporaryError):
    """No answer at all."""

    action = "Run it again; if that stays, give the function a way to the internet (in a VPC: a NAT gateway)"
