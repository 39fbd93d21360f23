"""AWS on a local port: moto's server, with what the project's services add to it."""

import functools
import time
from collections.abc import Callable, Iterable
from threading import Thread
from typing import TYPE_CHECKING, Any, Self

import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

from local_cloud.aws.endpoint import ACCESS_KEY, REGION, SECRET_KEY, AwsEndpoint, client_environment
from local_cloud.aws.iam.roles import Roles
from local_cloud.aws.operations import Operation, with_operations
from local_cloud.aws.s3.corrections import leave_policies_to_roles, list_what_was_there, with_copy_conditions
from local_cloud.aws.sqs.corrections import leave_delivery_to_pollers

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["ACCESS_KEY", "REGION", "SECRET_KEY", "AwsEndpoint", "AwsServer", "client_environment"]

# How soon the server notices that it shall end.
POLL_SECONDS = 0.05
# How long it waits for what it is answering then: a stack's deployment takes some seconds.
PATIENCE_SECONDS = 10


class RequestHandler(MotoRequestHandler):
    """Keeps connections open, as AWS does: a job makes hundreds of requests. Writes no line per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


class AwsServer(AwsEndpoint):
    """AWS on ``host:port`` (a free port by default), in a thread of this process; use it as a context manager.

    ``name`` is what clients call the host, when that is another than the address it listens on. ``operations`` are
    answered before moto is asked, see operations.py; services add theirs. ``wrap`` is put in front of it all: tests
    refuse requests there.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        wrap: "Callable[[WSGIApplication], WSGIApplication]" = lambda app: app,
        name: str | None = None,
    ) -> None:
        leave_delivery_to_pollers()
        list_what_was_there()
        leave_policies_to_roles()
        self.roles = Roles()
        self._acting: dict[str, AwsEndpoint] = {}
        self.operations: dict[str, Operation] = {}
        moto: Any = DomainDispatcherApplication(create_backend_app)
        # moto looks through its own folders at every single request; it need only once for each host.
        moto.get_backend_for_host = functools.cache(moto.get_backend_for_host)
        self._app = wrap(self.roles.guarded(with_copy_conditions(with_operations(moto, self.operations))))
        self._answering: set[object] = set()
        self._server = make_server(host, port, self._answered, threaded=True, request_handler=RequestHandler)
        self._thread = Thread(target=self._server.serve_forever, args=[POLL_SECONDS], name="aws-server", daemon=True)
        self.port = self._server.server_port
        super().__init__(f"http://{name or host}:{self.port}")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        # A request that nobody waits for any more, after Ctrl-C, may itself send requests here until it is answered.
        ends = time.monotonic() + PATIENCE_SECONDS
        while self._answering and time.monotonic() < ends:
            time.sleep(POLL_SECONDS)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def as_role(self, role: str, service: str) -> AwsEndpoint:
        """The server for a service that acts with a role, which is named or an ARN."""
        key = self.roles.assume(role, service)
        return self._acting.setdefault(key, AwsEndpoint(self.url, key))

    def _answered(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        self._answering.add(request := object())
        try:
            return self._app(environ, start_response)
        finally:
            self._answering.discard(request)

    def post(self, path: str, body: object = None) -> None:
        """Send a request that is no AWS operation, such as ``/moto-api/reset``."""
        requests.post(f"{self.url}{path}", json=body, timeout=10).raise_for_status()
