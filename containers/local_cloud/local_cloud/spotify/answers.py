"""HTTP answers: Spotify's JSON, its errors, and the answers of faults."""

import json
import socket
import threading
from typing import Any

from flask import Request, Response

from local_cloud.spotify.faults import BARE_WORDS, MESSAGES, Fault


class ApiError(Exception):
    """What Spotify's Web API answers instead of data."""

    def __init__(self, status: int, message: str, *, reason: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.retry_after = status, retry_after
        self.body = {"error": {"status": status, "message": message, **({"reason": reason} if reason else {})}}


class TokenError(Exception):
    """What Spotify's token endpoint answers instead of a token; its shape is OAuth's and not the Web API's."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


def json_answer(body: Any, status: int = 200) -> Response:
    """Send JSON as Spotify writes it: any script as it is, keys in their own order."""
    return Response(json.dumps(body, ensure_ascii=False), status, mimetype="application/json; charset=utf-8")


def api_error(error: ApiError) -> Response:
    """Answer with an error of the Web API."""
    answer = json_answer(error.body, error.status)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def failed_answer(fault: Fault, request: Request, closing: threading.Event) -> Response | None:
    """Play a fault: the answer it puts in the place of the right one, or None if the call goes on."""
    options = fault.options
    match fault.kind:
        case "slow":
            closing.wait(options["seconds"])
        case "rate_limit" | "quota":
            reason = "QUOTA_EXCEEDED" if fault.kind == "quota" else None
            raise ApiError(429, "API rate limit exceeded", reason=reason, retry_after=options["retry_after"])
        case "server_error":
            raise ApiError(options["status"], "Server error.")
        case "forbidden":
            words = MESSAGES.get(options["message"], options["message"])
            if words in BARE_WORDS:
                return Response(words, 403, mimetype="text/plain")
            raise ApiError(403, words)
        case "not_found":
            raise ApiError(404, "Resource not found")
        case "unauthorized":
            raise ApiError(401, "The access token expired")
        case "invalid_client":
            raise TokenError("invalid_client", "Invalid client")
        case "invalid_grant":
            raise TokenError("invalid_grant", "Refresh token revoked")
        case "empty_body":
            return Response(status=200, mimetype="application/json; charset=utf-8")
        case "not_json":
            return Response("<!doctype html><title>Spotify</title>", mimetype="text/html")
        case "drop":
            return _drop(request)
    return None


def _drop(request: Request) -> Response:
    """Close the connection under the answer; the server then has nobody to send it to."""
    connection: socket.socket = request.environ["werkzeug.socket"]
    connection.shutdown(socket.SHUT_RDWR)
    return Response()
