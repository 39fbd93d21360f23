"""The two ways to write a time: in JSON and in an S3 key."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def iso(moment: datetime) -> str:
    """Write whole seconds with a Z: ``2026-11-22T23:00:04Z``."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def for_key(moment: datetime) -> str:
    """The same without dashes and colons, for keys: ``20261122T230004Z``."""
    return iso(moment).replace("-", "").replace(":", "")
