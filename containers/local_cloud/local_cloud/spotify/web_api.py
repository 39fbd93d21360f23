"""api.spotify.com: the endpoints that reading charts and filling one's own playlist need.

``market``, ``fields`` and ``additional_types`` may be passed and change nothing. Old apps get the old shape at
``/items`` too: what Spotify sends them there is not documented.
"""

from flask import Blueprint, Response, g, request

from local_cloud.spotify.access import changeable_playlist, may_read_contents, visible_playlist
from local_cloud.spotify.answers import ApiError, json_answer
from local_cloud.spotify.chart import chart_entries
from local_cloud.spotify.contents import contents_of
from local_cloud.spotify.faults import Fault
from local_cloud.spotify.ids import is_id, named_id
from local_cloud.spotify.json_shapes import (
    NEW,
    OLD,
    Json,
    Shape,
    me_json,
    page_json,
    playlist_json,
    snapshot_of,
    track_json,
)
from local_cloud.spotify.songs import song_by_id
from local_cloud.spotify.state import State

# Default and greatest page size of the two addresses a playlist's contents have.
_PAGE_SIZES = {"items": (20, 50), "tracks": (100, 100)}
_MOST_IDS = 50
_MOST_URIS = 100


def web_api_blueprint(state: State) -> Blueprint:
    """Build the Web API of one stand-in."""
    api = Blueprint("web_api", __name__, url_prefix="/v1")

    @api.before_request
    def know_the_caller() -> None:
        g.user = state.user_of(request.headers.get("Authorization"))

    @api.get("/playlists/<playlist_id>")
    def playlist(playlist_id: str) -> Response:
        settings, shape = state.settings, _shape(state)
        shown = visible_playlist(settings, playlist_id)
        contents = contents_of(shown, settings.today(), shape, g.faults, state.filled)
        answer = playlist_json(shown, snapshot_of(shown, contents.entries), shape)
        if may_read_contents(settings, shown, g.user) and not _fault("no_items"):
            limit = min(shape.first_page, settings.page_size or shape.first_page)
            page = page_json(contents.entries, contents.total, f"{request.base_url}/{shape.contents}", limit, 0)
            answer[shape.contents] = "not an object" if _contents_are_wrong() else page
        return json_answer(answer)

    @api.get("/playlists/<playlist_id>/<any(items, tracks):path>")
    def page(playlist_id: str, path: str) -> Response:
        settings, shape = state.settings, _shape(state)
        shown = visible_playlist(settings, playlist_id)
        if (shape.is_new and path == "tracks") or not may_read_contents(settings, shown, g.user):
            raise ApiError(403, "Forbidden")
        limit, offset = _limit(path), _number("offset", 0)
        contents = contents_of(shown, settings.today(), shape, g.faults, state.filled)
        answer = page_json(contents.entries, contents.total, request.base_url, limit, offset)
        if _fault("no_items"):
            del answer["items"]
        return json_answer([answer] if _contents_are_wrong() else answer)

    @api.route("/playlists/<playlist_id>/<any(items, tracks):path>", methods=["PUT", "POST"])
    def change(playlist_id: str, path: str) -> Response:
        shown = changeable_playlist(state.settings, playlist_id, g.user)
        if _shape(state).is_new and path == "tracks":
            raise ApiError(403, "Forbidden")
        songs = [_song_of(uri) for uri in _uris()]
        chart = [song.id for song in chart_entries(shown.chart, state.settings.today())]
        with state.lock:
            before = [] if request.method == "PUT" else state.filled.get(playlist_id, chart)
            place = min(_number("position", len(before)), len(before))
            state.filled[playlist_id] = before[:place] + songs + before[place:]
        return json_answer({"snapshot_id": named_id("snapshot", playlist_id, *state.filled[playlist_id])}, 201)

    @api.get("/tracks/<track_id>")
    def track(track_id: str) -> Response:
        found = _track(state, track_id)
        if found is None:
            raise ApiError(404, "Resource not found")
        return json_answer(found)

    @api.get("/tracks")
    def tracks() -> Response:
        if _shape(state).is_new:
            raise ApiError(403, "Forbidden")
        track_ids = request.args.get("ids", "").split(",")
        if len(track_ids) > _MOST_IDS:
            raise ApiError(400, "Too many ids requested")
        return json_answer({"tracks": [_track(state, track_id) for track_id in track_ids]})

    @api.get("/me")
    def me() -> Response:
        if g.user is None:
            raise ApiError(401, "Valid user authentication required")
        return json_answer(me_json(g.user, _shape(state)))

    return api


def _shape(state: State) -> Shape:
    return NEW if state.settings.app == "development_new" else OLD


def _track(state: State, track_id: str) -> Json | None:
    if not is_id(track_id):
        raise ApiError(400, "Invalid base62 id")
    song = song_by_id(track_id)
    return None if song is None else track_json(song, state.settings.today(), _shape(state))


def _uris() -> list[str]:
    """Read the songs of a change: a list, or an object with the list in it."""
    body = request.get_json(force=True, silent=True)
    uris = body.get("uris") if isinstance(body, dict) else body
    if not isinstance(uris, list):
        raise ApiError(400, "No uris provided")
    if len(uris) > _MOST_URIS:
        raise ApiError(400, "You can add a maximum of 100 tracks per request.")
    return uris


def _song_of(uri: str) -> str:
    prefix, _, song_id = str(uri).rpartition(":")
    if prefix != "spotify:track" or not is_id(song_id) or song_by_id(song_id) is None:
        raise ApiError(400, f"Invalid track uri: {uri}")
    return song_id


def _fault(kind: str) -> Fault | None:
    return next((fault for fault in g.faults if fault.kind == kind), None)


def _contents_are_wrong() -> bool:
    fault = _fault("wrong_shape")
    return fault is not None and fault.options["where"] == "contents"


def _limit(path: str) -> int:
    default, most = _PAGE_SIZES[path]
    limit = _number("limit", default)
    if not 1 <= limit <= most:
        raise ApiError(400, "Invalid limit")
    return limit


def _number(name: str, default: int) -> int:
    text = request.args.get(name, str(default))
    if not text.isdecimal():
        raise ApiError(400, f"Invalid {name}")
    return int(text)
