"""accounts.spotify.com: consent and tokens."""

from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, request

from local_cloud.spotify.answers import TokenError, json_answer
from local_cloud.spotify.ids import OWN_USER
from local_cloud.spotify.state import Consent, State

_CODE = "stand-in-code"


def accounts_blueprint(state: State) -> Blueprint:
    """Build the accounts service of one stand-in."""
    accounts = Blueprint("accounts", __name__)

    @accounts.get("/authorize")
    def authorize() -> Response:
        """Consent at once, as a listener would after a click, and go back to the app."""
        address = request.args.get("redirect_uri", "")
        if request.args.get("client_id") != state.settings.client_id:
            return Response("INVALID_CLIENT: Invalid client", 400)
        if urlsplit(address).hostname in (None, "localhost"):
            return Response("INVALID_CLIENT: Insecure redirect URI", 400)
        answer = {name: value for name, value in request.args.items() if name == "state"}
        if state.settings.user_consents:
            state.consent = Consent(address, request.args.get("scope", state.settings.scopes))
            answer["code"] = _CODE
        else:
            answer["error"] = "access_denied"
        return Response(status=302, headers={"Location": f"{address}?{urlencode(answer)}"})

    @accounts.post("/api/token")
    def token() -> Response:
        settings, login = state.settings, request.authorization
        if login is None or (login.username, login.password) != (settings.client_id, settings.client_secret):
            raise TokenError("invalid_client", "Invalid client")
        user = _user_of_grant(state)
        settings = state.settings  # Consent has changed them.
        answer = {"access_token": state.new_token(user), "token_type": "Bearer", "expires_in": 3600}
        if user is not None:
            answer["scope"] = settings.scopes
        if request.form["grant_type"] == "authorization_code":
            answer["refresh_token"] = settings.refresh_token
        return json_answer(answer)

    return accounts


def _user_of_grant(state: State) -> str | None:
    """Check what the app shows for a token, and return whom the token speaks for."""
    match request.form.get("grant_type"):
        case "client_credentials":
            return None
        case "refresh_token":
            if request.form.get("refresh_token") != state.settings.refresh_token:
                raise TokenError("invalid_grant", "Invalid refresh token")
            return OWN_USER
        case "authorization_code":
            # A code serves once, and only for the address to which it was sent.
            consent, state.consent = state.consent, None
            if consent is None or request.form.get("code") != _CODE:
                raise TokenError("invalid_grant", "Invalid authorization code")
            if request.form.get("redirect_uri") != consent.redirect_uri:
                raise TokenError("invalid_grant", "Invalid redirect URI")
            state.configure(scopes=consent.scopes)
            return OWN_USER
    raise TokenError("unsupported_grant_type", "grant_type parameter is missing or unknown")
