"""Consents and grants that are refused; those that are given, test_authorize.py and test_connect.py take."""

from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

LOGIN = ("stand-in-client", "stand-in-secret")


def ask(spotify, form):
    return requests.post(f"{spotify.accounts_url}/api/token", data=form, auth=LOGIN, timeout=5)


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "refresh_token", "refresh_token": "an old one"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "used"}, "invalid_grant"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_grant_that_is_not_known_is_refused(spotify, form, error):
    answer = ask(spotify, form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.fixture
def consent(spotify):
    """Click through the page of consent, and say with what the browser comes back."""

    def consent():
        address = "http://127.0.0.1:9/callback"
        query = {"client_id": LOGIN[0], "redirect_uri": address, "response_type": "code", "state": "abc"}
        answer = requests.get(f"{spotify.accounts_url}/authorize", params=query, allow_redirects=False, timeout=5)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    return consent


def code_grant(code, address="http://127.0.0.1:9/callback"):
    return {"grant_type": "authorization_code", "code": code, "redirect_uri": address}


def test_a_code_serves_once_and_only_for_the_address_to_which_it_was_sent(spotify, consent):
    elsewhere = code_grant(consent()["code"], "http://127.0.0.1:8/callback")
    assert ask(spotify, elsewhere).json()["error"] == "invalid_grant"

    code = consent()["code"]
    assert ask(spotify, code_grant(code)).status_code == 200
    assert ask(spotify, code_grant(code)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("client_id", "address"), [("stand-in-client", "http://localhost:9/callback"), ("wrong", "http://127.0.0.1:9/")]
)
def test_consent_is_refused_for_localhost_and_for_strangers(spotify, client_id, address):
    query = {"client_id": client_id, "redirect_uri": address, "response_type": "code"}

    answer = requests.get(f"{spotify.accounts_url}/authorize", params=query, allow_redirects=False, timeout=5)

    assert answer.status_code == 400
