"""The stand-in's own endpoint: what day it is, what fails, what was asked. Spotify has nothing like it."""

from typing import Any

from flask import Blueprint, Response, request

from local_cloud.spotify.answers import json_answer
from local_cloud.spotify.settings import StandInError
from local_cloud.spotify.state import State

PREFIX = "/_control"


def control_blueprint(state: State) -> Blueprint:
    """Build the control endpoint of one stand-in."""
    control = Blueprint("control", __name__, url_prefix=PREFIX)

    @control.route("/settings", methods=["GET", "PUT"])
    def settings() -> Response:
        if request.method == "PUT":
            state.configure(**_body(dict))
        return json_answer(state.settings.as_json())

    @control.route("/faults", methods=["POST", "DELETE"])
    def faults() -> Response:
        if request.method == "POST":
            state.fail_all(_body(list))
        else:
            state.heal()
        return Response(status=204)

    @control.get("/requests")
    def requests() -> Response:
        return json_answer(state.requests())

    @control.delete("/requests")
    def forget_requests() -> Response:
        state.forget_requests()
        return Response(status=204)

    control.register_error_handler(StandInError, lambda error: json_answer({"error": str(error)}, 400))
    return control


def _body(kind: type) -> Any:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, kind):
        raise StandInError(f"send a JSON {'object' if kind is dict else 'list'}")
    return body
