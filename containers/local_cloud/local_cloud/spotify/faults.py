"""Failures on demand: what each hits, how often, and how it looks from outside.

A fault either replaces the answer (``ANSWERS``) or changes the contents of a playlist (``CONTENTS``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from local_cloud.spotify.settings import CHART_NAMES, StandInError

PREMIUM_REQUIRED = (
    "Active premium subscription required for the owner of the app. When the subscription status changes, it can take "
    "a few hours before requests are allowed again."
)
NOT_ON_ALLOWLIST = "Check settings on developer.spotify.com/dashboard, the user may not be registered."
SCOPE_TOO_NARROW = "Insufficient client scope"
MESSAGES = {"premium": PREMIUM_REQUIRED, "allowlist": NOT_ON_ALLOWLIST, "scope": SCOPE_TOO_NARROW}
BARE_WORDS = (PREMIUM_REQUIRED, NOT_ON_ALLOWLIST)  # These come as text, without JSON around them.

ENDPOINTS = ("token", "playlist", "page", "change", "track", "tracks", "me")
_API = tuple(endpoint for endpoint in ENDPOINTS if endpoint != "token")
_PLAYLIST = ("playlist", "page")

# Every kind with its options and their defaults.
ANSWERS: dict[str, dict[str, Any]] = {
    "rate_limit": {"retry_after": 1},
    "quota": {"retry_after": 86400},
    "server_error": {"status": 503},
    "forbidden": {"message": "Forbidden"},
    "not_found": {},
    "unauthorized": {},
    "empty_body": {},
    "not_json": {},
    "slow": {"seconds": 1.0},
    "drop": {},
    "invalid_client": {},
    "invalid_grant": {},
}
CONTENTS: dict[str, dict[str, Any]] = {
    "no_items": {},
    "empty_chart": {},
    "short": {"missing": 1},
    "withdrawn": {"positions": [1]},
    "episode": {"positions": [1]},
    "local_file": {"positions": [1]},
    "wrong_shape": {"where": "entry", "positions": [1]},
}
KINDS = ANSWERS | CONTENTS
_PLACES = ("entry", "contents")


@dataclass
class Fault:
    """One failure: ``times`` None means until healed. With no target it hits every call it makes sense for."""

    kind: str
    chart: str | None = None
    path: str | None = None
    endpoint: str | None = None
    times: int | None = None
    options: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, kind: str, wish: Mapping[str, Any]) -> Self:
        """Read a fault as it is wished for: target, times and options side by side."""
        options = dict(wish)
        if kind not in KINDS:
            raise StandInError(f"unknown fault {kind!r}; there are {', '.join(KINDS)}")
        target = {name: options.pop(name, None) for name in ("chart", "path", "endpoint", "times")}
        _check(kind, target, options)
        return cls(kind, **target, options=KINDS[kind] | options)

    def hits(self, endpoint: str, path: str, chart: str | None) -> bool:
        """Say whether a call meets this fault; a named target narrows, each further one more so."""
        return (
            self.times != 0
            and (endpoint == self.endpoint if self.endpoint else endpoint in self._usual_endpoints())
            and (self.chart is None or self.chart == chart)
            and (self.path is None or path.startswith(self.path))
        )

    def _usual_endpoints(self) -> tuple[str, ...]:
        if self.kind in ("invalid_client", "invalid_grant"):
            return ("token",)
        if self.kind in CONTENTS:
            return _PLAYLIST
        return ENDPOINTS if self.path else _API


def _check(kind: str, target: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    endpoint, times = target["endpoint"], target["times"]
    if unknown := sorted(set(options) - set(KINDS[kind])):
        known = ", ".join(KINDS[kind]) or "no options"
        raise StandInError(f"fault {kind!r} has no option {unknown[0]!r}; it has {known}")
    for name, value in options.items():
        kinds = (int, float) if name == "seconds" else (type(KINDS[kind][name]),)
        if type(value) not in kinds or (name == "where" and value not in _PLACES):
            raise StandInError(f"option {name!r} of fault {kind!r} cannot be {value!r}")
    if target["chart"] not in (None, *CHART_NAMES):
        raise StandInError(f"unknown chart {target['chart']!r}")
    if endpoint not in (None, *ENDPOINTS):
        raise StandInError(f"unknown endpoint {endpoint!r}; there are {', '.join(ENDPOINTS)}")
    if times is not None and (not isinstance(times, int) or times < 1):
        raise StandInError(f"a fault's times is a positive number or None, not {times!r}")
