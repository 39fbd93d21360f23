"""How long a user's consent is valid."""

from datetime import UTC, date, datetime, timedelta

LIFETIME = timedelta(days=182)  # Spotify says 6 months; refreshing a token does not extend them.
RENEW_AFTER = timedelta(days=150)


def consent_age(consented_at: str, now: datetime) -> timedelta | None:
    """The age of a consent, from the date in the secret (``2026-11-22``); None when that is not a date."""
    try:
        given = date.fromisoformat(consented_at[:10])
    except ValueError:
        return None
    return now.astimezone(UTC).date() - given
