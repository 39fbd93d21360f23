"""The stand-in as a running HTTP server, for tests and for the foreground."""

import threading
from types import TracebackType
from typing import Any, Self

from werkzeug.serving import WSGIRequestHandler, make_server

from local_cloud.spotify.app import create_app
from local_cloud.spotify.settings import Settings
from local_cloud.spotify.state import State

_POLL_SECONDS = 0.02


class _QuietHandler(WSGIRequestHandler):
    """Write no line per call: ``requests()`` has them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class SpotifyStandIn:
    """A Spotify of one's own on a port of one's own; use it as a context manager."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", **settings: object) -> None:
        self._state = State(Settings().changed(settings))
        self._server = make_server(host, port, create_app(self._state), threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self.serve, name="spotify-stand-in", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._state.closing.set()
        self._server.shutdown()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where the stand-in listens."""
        return f"http://{self._server.host}:{self._server.port}"

    @property
    def api_url(self) -> str:
        """What stands for https://api.spotify.com/v1/."""
        return f"{self.url}/v1/"

    @property
    def accounts_url(self) -> str:
        """What stands for https://accounts.spotify.com."""
        return self.url

    def serve(self) -> None:
        """Answer calls until the server is shut down or interrupted; then its port is free."""
        self._server.serve_forever(poll_interval=_POLL_SECONDS)

    def configure(self, **settings: object) -> None:
        """Change some settings, such as the date, and leave the others."""
        self._state.configure(settings)

    def fail(self, kind: str, **wish: Any) -> None:
        """Add a fault: ``chart``, ``path`` or ``endpoint`` it hits, ``times`` (None: always), options of its kind."""
        self._state.fail([{"kind": kind, **wish}])

    def heal(self) -> None:
        """Forget all faults."""
        self._state.heal()

    def requests(self) -> list[str]:
        """Return the calls seen so far, such as ``GET /v1/me``, oldest first."""
        return self._state.requests()

    def tokens(self) -> list[str]:
        """Return the access tokens handed out so far, oldest first."""
        return self._state.tokens()

    def forget_requests(self) -> None:
        """Start the list of calls afresh."""
        self._state.forget_requests()
