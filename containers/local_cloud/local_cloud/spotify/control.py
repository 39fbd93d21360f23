"""The stand-in's own endpoint, by which another process says what day it is. Spotify has nothing like it."""

from flask import Blueprint, Response, request

from local_cloud.spotify.answers import json_answer
from local_cloud.spotify.settings import StandInError
from local_cloud.spotify.state import State

PREFIX = "/_control"


def control_blueprint(state: State) -> Blueprint:
    """Build the control endpoint of one stand-in."""
    control = Blueprint("control", __name__, url_prefix=PREFIX)

    @control.put("/settings")
    def settings() -> Response:
        changes = request.get_json(force=True, silent=True)
        if not isinstance(changes, dict):
            raise StandInError("send a JSON object")
        state.configure(**changes)
        return Response(status=204)

    control.register_error_handler(StandInError, lambda error: json_answer({"error": str(error)}, 400))
    return control
