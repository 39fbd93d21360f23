"""What one running stand-in remembers: settings, faults, tokens and the calls it saw."""

import secrets
import threading
from dataclasses import dataclass
from typing import Any

from local_cloud.spotify.answers import ApiError
from local_cloud.spotify.faults import Fault
from local_cloud.spotify.settings import Settings


@dataclass(frozen=True)
class Consent:
    """What a listener has just consented to, and where their browser was sent with the code."""

    redirect_uri: str
    scopes: str


class State:
    """Shared by the server's threads and by the test that drives it."""

    def __init__(self, /, **settings: object) -> None:
        self.settings = Settings().changed(settings)
        self.closing = threading.Event()
        self.consent: Consent | None = None
        # What listeners' playlists hold by their own doing: ids of songs, by playlist.
        self.filled: dict[str, list[str]] = {}
        self.lock = threading.Lock()
        self._faults: list[Fault] = []
        self.seen: list[str] = []
        # Whom each speaks for; nobody with client credentials.
        self._tokens: dict[str, str | None] = {}

    def configure(self, /, **changes: object) -> None:
        """Change some settings, such as the date, and leave the others."""
        with self.lock:
            self.settings = self.settings.changed(changes)

    def fail(self, kind: str, **wish: Any) -> None:
        """Add a fault: ``chart``, ``path`` or ``endpoint`` it hits, ``times`` (None: always), options of its kind."""
        self._faults.append(Fault.parse(kind, wish))

    def heal(self) -> None:
        """Forget all faults."""
        self._faults.clear()

    def take_faults(self, endpoint: str, path: str, chart: str | None) -> list[Fault]:
        """Return the faults that hit this call, in the order they were added, and count them."""
        with self.lock:
            hits = [fault for fault in self._faults if fault.hits(endpoint, path, chart)]
            for fault in hits:
                fault.times = fault.times and fault.times - 1
        return hits

    def requests(self) -> list[str]:
        """Return the calls seen so far, such as ``GET /v1/me``, oldest first."""
        return list(self.seen)

    def forget_requests(self) -> None:
        """Start the list of calls afresh."""
        self.seen.clear()

    def new_token(self, user: str | None) -> str:
        """Hand out an access token."""
        name = secrets.token_urlsafe(48)
        self._tokens[name] = user
        return name

    def tokens(self) -> list[str]:
        """Return the access tokens handed out so far, oldest first."""
        return list(self._tokens)

    def user_of(self, authorization: str | None) -> str | None:
        """Return whom a call's Authorization header speaks for, or answer 401."""
        if not authorization:
            raise ApiError(401, "No token provided")
        scheme, _, name = authorization.partition(" ")
        if scheme != "Bearer" or name not in self._tokens:
            raise ApiError(401, "Invalid access token")
        return self._tokens[name]
