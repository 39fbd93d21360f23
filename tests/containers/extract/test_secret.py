import boto3
import pytest

from chart_extract.errors import SecretError
from chart_extract.spotify import Credentials


def read(secret_id):
    return Credentials.from_secret(boto3.client("secretsmanager"), secret_id)


def test_an_app_alone_needs_only_its_id_and_secret(store_secret):
    credentials = read(store_secret())

    assert (credentials.client_id, credentials.client_secret) == ("stand-in-client", "stand-in-secret")
    assert credentials.refresh_token == ""


@pytest.mark.parametrize(
    "scopes",
    ["", "playlist-read-private playlist-read-collaborative", "playlist-read-private,playlist-read-collaborative"],
)
def test_scopes_are_written_with_blanks_or_commas_and_default_to_what_reading_needs(store_secret, scopes):
    credentials = read(store_secret(refresh_token="r", scopes=scopes))

    assert credentials.scopes == {"playlist-read-private", "playlist-read-collaborative"}


def test_blanks_that_came_with_copying_do_not_count(store_secret):
    assert read(store_secret(client_id=" id\n")).client_id == "id"


def test_nothing_of_the_secret_is_printed_but_its_date_and_scopes(store_secret):
    printed = repr(read(store_secret(refresh_token="r-e-f-r-e-s-h", consented_at="2026-05-20")))

    assert "2026-05-20" in printed
    assert "r-e-f-r-e-s-h" not in printed
    assert "stand-in" not in printed


def test_everything_missing_is_named_at_once(store_secret):
    with pytest.raises(SecretError, match="secret spotify-of-a-test: no client_id and no client_secret"):
        read(store_secret(client_id="", client_secret=None))


@pytest.mark.parametrize(
    "content",
    [
        *({"SecretString": text} for text in ('{"client_secret": "s3cr3t"', '"s3cr3t"', "s3cr3t", "null")),
        {"SecretBinary": b'{"client_id": "i"}'},
    ],
)
def test_a_secret_that_is_no_json_object_or_no_text_is_refused_without_showing_it(aws, content):
    boto3.client("secretsmanager").create_secret(Name="odd", **content)

    with pytest.raises(SecretError, match="secret odd: no client_id") as raised:
        read("odd")

    assert "s3cr3t" not in str(raised.value)
    assert raised.value.__context__ is None


def test_a_character_that_no_credential_has_is_refused_without_showing_it(store_secret):
    with pytest.raises(SecretError, match="a character that credentials never have") as raised:
        read(store_secret(client_secret="s3cr3t\u200b"))

    assert "s3cr3t" not in str(raised.value)


def test_a_persons_env_file_holds_the_same_under_names_of_its_own():
    credentials = Credentials.from_env(
        {"SPOTIFY_CLIENT_ID": "i", "SPOTIFY_CLIENT_SECRET": "s", "SPOTIFY_REFRESH_TOKEN": "r", "HOME": "/root"}
        | {"SPOTIFY_CONSENTED_AT": "2026-05-20", "SPOTIFY_SCOPES": "playlist-read-private"}
    )

    expected = Credentials("i", "s", "r", frozenset({"playlist-read-private"}), "2026-05-20")
    assert credentials == expected


def test_an_env_file_without_credentials_is_told_where_they_are_found():
    with pytest.raises(SecretError, match=r"no client_secret\. .*dashboard.*SPOTIFY_CLIENT_SECRET"):
        Credentials.from_env({"SPOTIFY_CLIENT_ID": "i", "SPOTIFY_CLIENT_SECRET": " "})


def test_a_secret_that_is_not_there_says_what_to_do_and_keeps_awss_error(aws):
    with pytest.raises(SecretError, match=r"secret nowhere: it cannot be read\. .*GetSecretValue") as raised:
        read("nowhere")

    assert "ResourceNotFoundException" in str(raised.value.__cause__)
