"""The whole stand-in as one Flask app; on every call it first plays the faults that hit it."""

import time

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException

from local_cloud.spotify.access import find_playlist
from local_cloud.spotify.accounts import accounts_blueprint
from local_cloud.spotify.answers import ApiError, TokenError, api_error, failed_answer, json_answer
from local_cloud.spotify.control import control_blueprint
from local_cloud.spotify.state import State
from local_cloud.spotify.web_api import web_api_blueprint


def create_app(state: State) -> Flask:
    """Build the app over a state."""
    app = Flask("local_cloud.spotify")
    app.url_map.strict_slashes = False  # spotipy asks for /me/ and /tracks/?ids=
    app.register_blueprint(accounts_blueprint(state))
    app.register_blueprint(web_api_blueprint(state))
    app.register_blueprint(control_blueprint(state))

    @app.before_request
    def meet_faults() -> Response | None:
        if request.blueprint == "control":
            return None
        state.seen.append(f"{request.method} {request.full_path.rstrip('?')}")
        time.sleep(state.settings.latency_ms / 1000)
        endpoint = (request.endpoint or "").rpartition(".")[2]
        g.faults = state.take_faults(endpoint, request.path, _chart(state))
        answers = (failed_answer(fault, request, state.closing) for fault in g.faults)
        return next((answer for answer in answers if answer is not None), None)

    app.register_error_handler(ApiError, api_error)
    app.register_error_handler(TokenError, lambda error: json_answer(error.body, 400))

    @app.errorhandler(HTTPException)
    def unknown_address(error: HTTPException) -> Response:
        return api_error(ApiError(error.code or 500, "Service not found" if error.code == 404 else str(error.name)))

    return app


def _chart(state: State) -> str | None:
    """Name the chart a call is about."""
    playlist_id = (request.view_args or {}).get("playlist_id")
    playlist = find_playlist(state.settings, playlist_id) if playlist_id else None
    return playlist.chart if playlist else None
