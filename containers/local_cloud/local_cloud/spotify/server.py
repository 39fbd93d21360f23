"""The stand-in as a running HTTP server, for tests and for the foreground."""

import threading
from typing import Self

from werkzeug.serving import WSGIRequestHandler, make_server

from local_cloud.spotify.app import create_app
from local_cloud.spotify.state import State

_POLL_SECONDS = 0.02


class _QuietHandler(WSGIRequestHandler):
    """Write no line per call: ``requests()`` has them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class SpotifyStandIn(State):
    """A Spotify of one's own on a port of one's own; use it as a context manager."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", **settings: object) -> None:
        super().__init__(**settings)
        self._server = make_server(host, port, create_app(self), threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self.serve, name="spotify-stand-in", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where the stand-in listens; it stands for https://accounts.spotify.com as ``accounts_url``."""
        return f"http://{self._server.host}:{self._server.port}"

    accounts_url = url

    @property
    def api_url(self) -> str:
        """What stands for https://api.spotify.com/v1/."""
        return f"{self.url}/v1/"

    @property
    def parameters(self) -> dict[str, str]:
        """What a stack is told so that it asks this Spotify."""
        return {"SpotifyApiUrl": self.api_url, "SpotifyAccountsUrl": self.accounts_url}

    def serve(self) -> None:
        """Answer calls until the server is shut down or interrupted; then its port is free."""
        self._server.serve_forever(poll_interval=_POLL_SECONDS)
