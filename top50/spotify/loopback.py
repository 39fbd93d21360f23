"""The way back from Spotify's page of consent: the browser is sent to a server on this machine, for one answer."""

import html
import secrets
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chart_extract.errors import ExplainedError

HOST = "127.0.0.1"  # Spotify refuses the name localhost.
PATH = "/callback"


class NoConsentError(ExplainedError):
    """The browser did not come back with a consent."""

    meaning = "Nothing was stored"
    action = "Run top50 authorize again and agree in the browser, signed in as the owner of the playlist"


class PortError(ExplainedError):
    """The browser cannot come back to this port."""

    meaning = "The browser could not come back from Spotify"
    action = (
        "End what uses the port, or name another that is registered in the app as well: top50 authorize --port 8889"
    )


def redirect_uri(port: int) -> str:
    """Where Spotify sends the browser; it must be registered in the app, letter for letter."""
    return f"http://{HOST}:{port}{PATH}"


def receive_code(port: int, state: str, open_page: Callable[[], object], seconds: float) -> str:
    """Open the page of consent, and return the code with which the browser comes back.

    ``state`` tells the answer to our page from any other page's: whoever comes without it is turned away.
    """
    answer: dict[str, str] = {}
    came = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        timeout = 5  # Browsers open connections on which they then say nothing.

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = dict(parse_qsl(url.query))
            if url.path != PATH or not secrets.compare_digest(query.get("state", "").encode(), state.encode()):
                self._say(HTTPStatus.NOT_FOUND, "This is not the answer that top50 authorize waits for.")
                return
            if not came.is_set():
                answer.update(query)
            self._say(HTTPStatus.OK, "Thank you. Go back to the terminal; this page can be closed.")
            came.set()

        def _say(self, status: HTTPStatus, words: str) -> None:
            page = f"<!doctype html><meta charset=utf-8><title>top50 authorize</title><p>{html.escape(words)}".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args: object) -> None:
            """Write nothing: the line would hold the code."""

    try:
        server = ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise PortError(f"port {port}", error.strerror or type(error).__name__) from None
    with server:
        listening = threading.Thread(target=server.serve_forever, args=(0.05,))
        listening.start()
        try:
            # Some browsers end only when they are closed.
            threading.Thread(target=open_page, daemon=True).start()
            came.wait(seconds)
        finally:
            server.shutdown()
            listening.join()
    return _code(answer, seconds)


def _code(answer: dict[str, str], seconds: float) -> str:
    subject = "Spotify consent"
    if not answer:
        raise NoConsentError(subject, f"the browser did not come back within {seconds:.0f} s")
    if code := answer.get("code"):
        return code
    raise NoConsentError(subject, f"Spotify sent the browser back with {answer.get('error', 'nothing')!r}")
