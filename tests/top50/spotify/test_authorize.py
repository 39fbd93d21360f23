"""The one consent in the browser; the browser is a thread that follows redirects."""

import json
import socket
import stat

import boto3
import pytest
import requests
from dotenv import dotenv_values

from chart_extract.errors import SecretError
from chart_extract.walls import BadClientError
from local_cloud.spotify import own_playlist_id
from top50.errors import StackError
from top50.spotify import authorize as tool
from top50.spotify.loopback import NoConsentError, PortError, redirect_uri
from top50.spotify.stores import EnvFile, find_store

READ = "playlist-read-private playlist-read-collaborative"
SECRETS = ("stand-in-refresh-token", "stand-in-secret", "stand-in-code")


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def settings(spotify):
    return {
        "SPOTIFY_CLIENT_ID": "stand-in-client",
        "SPOTIFY_CLIENT_SECRET": "stand-in-secret",
        "SPOTIFY_API_URL": spotify.api_url,
        "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url,
    }


@pytest.fixture
def env_file(tmp_path):
    return tmp_path / ".env"


def agree(page):
    requests.get(page, timeout=10)


@pytest.fixture
def said():
    return []


@pytest.fixture
def authorize(settings, port, said):
    """Consent by a browser, and keep it in a store."""

    def authorize(store=None, browser=agree, settings=settings):
        tool.authorize(settings, store or EnvFile(), port, browser, said.append)

    return authorize


def test_a_consent_is_kept_in_the_env_file_with_its_scopes_and_its_date(authorize):
    authorize()

    kept = dotenv_values(".env")
    assert (kept["SPOTIFY_REFRESH_TOKEN"], kept["SPOTIFY_SCOPES"]) == ("stand-in-refresh-token", READ)
    assert len(kept["SPOTIFY_CONSENTED_AT"]) == len("2026-11-22")


def test_the_env_file_is_its_owners_alone_and_keeps_its_other_lines(authorize, env_file):
    env_file.write_text("# mine\nCHARTS=mine=abc\nSPOTIFY_REFRESH_TOKEN=old\nLAST=1")
    env_file.chmod(0o644)

    authorize()

    lines = env_file.read_text().splitlines()
    assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
    assert lines[:2] == ["# mine", "CHARTS=mine=abc"]
    assert "LAST=1" in lines
    assert "old" not in "".join(lines)


def test_nothing_secret_is_said_but_what_was_stored_and_until_when(authorize, said):
    authorize()

    told = "".join(said)
    assert [secret for secret in SECRETS if secret in told] == []
    assert f"Stored in .env: refresh_token, scopes ({READ})" in told
    assert "Next: top50 doctor" in told


def test_the_address_to_register_is_told_before_the_browser_opens(authorize, said, port):
    def look(page):
        assert redirect_uri(port) in "".join(said)
        agree(page)

    authorize(browser=look)

    assert len(said) == 2


def test_whoever_comes_without_our_state_is_turned_away_and_the_wait_goes_on(authorize, port):
    answers = []

    def intrude(page):
        for query in ("code=evil", "code=evil&state=guessed", "error=access_denied&state="):
            answers.append(requests.get(f"{redirect_uri(port)}?{query}", timeout=10).status_code)
        answers.append(requests.get(f"http://127.0.0.1:{port}/favicon.ico", timeout=10).status_code)
        agree(page)

    authorize(browser=intrude)

    assert answers == [404, 404, 404, 404]
    assert dotenv_values(".env")["SPOTIFY_REFRESH_TOKEN"] == "stand-in-refresh-token"


def test_a_user_who_says_no_leaves_everything_as_it_was(authorize, spotify, env_file):
    spotify.configure(user_consents=False)

    with pytest.raises(NoConsentError, match=r"sent the browser back with 'access_denied'\. Nothing was stored"):
        authorize()

    assert env_file.read_text() == ""


def test_a_browser_that_never_comes_back_is_not_waited_for_forever(authorize, monkeypatch):
    monkeypatch.setattr(tool, "SECONDS_TO_CONSENT", 0.1)

    with pytest.raises(NoConsentError, match="did not come back within"):
        authorize(browser=lambda _page: None)


def test_a_port_in_use_is_named_with_the_way_to_another(authorize, port):
    with socket.create_server(("127.0.0.1", port)), pytest.raises(PortError, match=rf"port {port}: .*--port 8889"):
        authorize()


def test_a_code_that_spotify_does_not_take_says_to_begin_again(authorize, spotify, env_file):
    spotify.fail("invalid_grant")

    with pytest.raises(tool.CodeRefusedError, match="Run top50 authorize again"):
        authorize()

    assert env_file.read_text() == ""


def test_a_wrong_client_secret_is_told_as_such(authorize, settings):
    with pytest.raises(BadClientError):
        authorize(settings=settings | {"SPOTIFY_CLIENT_SECRET": "wrong"})


def test_without_the_apps_credentials_no_browser_opens(authorize, settings):
    with pytest.raises(SecretError, match=r"\.env: no client_secret"):
        authorize(settings={**settings, "SPOTIFY_CLIENT_SECRET": ""}, browser=lambda _page: pytest.fail("opened"))


def test_in_a_secret_the_consent_joins_what_is_there(authorize, store_secret, env_file, settings):
    secret_id = store_secret(refresh_token="old", note="mine")

    authorize(find_store(secret_id, None), settings={**settings, "SPOTIFY_CLIENT_SECRET": ""})

    kept = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"])
    assert {name: kept[name] for name in ("client_secret", "refresh_token", "scopes", "note")} == {
        "client_secret": "stand-in-secret",
        "refresh_token": "stand-in-refresh-token",
        "scopes": READ,
        "note": "mine",
    }
    assert len(kept["consented_at"]) == len("2026-11-22")
    assert env_file.read_text() == ""


@pytest.fixture
def stack(aws):
    """A stack as after its first deployment: its secret is empty."""
    secret = boto3.client("secretsmanager").create_secret(Name="charts/spotify", SecretString="{}")["ARN"]
    # Of a type that moto makes by itself, also in a process where a local cloud has run.
    setting = {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "setting", "Type": "String", "Value": "-"}}
    template = {
        "Resources": {"Setting": setting},
        "Outputs": {"SpotifySecret": {"Value": secret}},
    }
    boto3.client("cloudformation").create_stack(StackName="charts", TemplateBody=json.dumps(template))
    return "charts"


def test_the_empty_secret_of_a_new_stack_gets_the_apps_credentials_too(authorize, stack):
    authorize(find_store(None, stack))

    kept = json.loads(boto3.client("secretsmanager").get_secret_value(SecretId="charts/spotify")["SecretString"])
    assert (kept["client_id"], kept["client_secret"]) == ("stand-in-client", "stand-in-secret")
    assert kept["refresh_token"] == "stand-in-refresh-token"


def test_a_stack_that_is_not_there_is_named(aws):
    with pytest.raises(StackError, match="there is no stack nowhere in eu-central-1"):
        find_store(None, "nowhere")


def test_a_secret_that_is_not_there_is_named_before_a_browser_opens(authorize, aws):
    with pytest.raises(SecretError, match="secret nowhere: it cannot be read"):
        authorize(find_store("nowhere", None), browser=lambda _page: pytest.fail("opened"))


@pytest.mark.parametrize(
    ("arguments", "scopes"), [([], READ), (["--write"], f"{READ} playlist-modify-private playlist-modify-public")]
)
def test_the_command_opens_the_browser_and_asks_for_no_more_than_it_needs(
    top50, settings, port, monkeypatch, arguments, scopes
):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("webbrowser.open", agree)

    finished = top50("authorize", "--port", port, *arguments)

    assert finished.exit_code == 0, finished.stderr
    assert dotenv_values(".env")["SPOTIFY_SCOPES"] == scopes
    assert [secret for secret in SECRETS if secret in finished.output] == []


def test_the_doctor_is_content_with_a_fresh_consent(authorize, settings, spotify, top50, monkeypatch):
    spotify.configure(app="development_new")
    authorize()
    for name, value in {**settings, "CHARTS": f"mine={own_playlist_id('global')}"}.items():
        monkeypatch.setenv(name, value)

    finished = top50("doctor")

    assert finished.exit_code == 0
    assert "ok    consent: " in finished.stdout
