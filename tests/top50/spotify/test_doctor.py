"""``top50 doctor``: whether an extraction would succeed, with the settings of .env or on AWS."""

from pathlib import Path

import pytest

from local_cloud.spotify import own_playlist_id

ROOT = Path(__file__).parents[3]
CREDENTIALS = {
    "SPOTIFY_CLIENT_ID": "stand-in-client",
    "SPOTIFY_CLIENT_SECRET": "stand-in-secret",
    "SPOTIFY_REFRESH_TOKEN": "stand-in-refresh-token",
}
MINE = f"mine={own_playlist_id('global')}"


@pytest.fixture
def doctor(tmp_path, spotify, top50):
    """Run it beside an .env."""

    def doctor(**settings):
        addresses = {"SPOTIFY_API_URL": spotify.api_url, "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url}
        lines = [f"{name}={value}\n" for name, value in (addresses | settings).items()]
        (tmp_path / ".env").write_text("".join(lines))
        return top50("doctor")

    return doctor


def test_the_page_shows_what_the_doctor_really_prints(doctor, spotify):
    spotify.configure(app="development_new")

    finished = doctor(**CREDENTIALS)

    printed = finished.stdout.replace(spotify.accounts_url, "https://accounts.spotify.com")
    assert finished.exit_code == 1
    assert f"$ top50 doctor\n{printed}```" in (ROOT / "docs" / "spotify.md").read_text()


def test_an_env_without_credentials_is_told_what_belongs_in_it(doctor):
    finished = doctor()

    assert finished.exit_code == 1
    assert "fail  credentials: .env and the environment -> no client_id and no client_secret" in finished.stdout
    assert "dashboard: on your machine into .env, as SPOTIFY_CLIENT_ID=..." in finished.stdout
    assert "skip  token: not tried\n      means: It needs what failed above" in finished.stdout
    assert "note  bucket: not tried" in finished.stdout


def test_to_add_csvs_alone_no_credentials_are_needed(doctor, spotify):
    finished = doctor(CHARTS="none")

    assert finished.exit_code == 0
    assert "settings: .env and the environment -> CHARTS: none\n      means: No playlist" in finished.stdout
    assert "note  credentials: .env and the environment -> none" in finished.stdout
    assert "added without look-ups" in finished.stdout
    assert spotify.requests() == []
    assert doctor(CHARTS="none", SPOTIFY_CLIENT_ID="x").exit_code == 1


def test_all_is_well_is_exit_code_0(doctor):
    finished = doctor(**CREDENTIALS, CHARTS=MINE, SPOTIFY_CONSENTED_AT="2026-11-01")

    assert finished.exit_code == 0
    assert "ok    chart mine: GET /playlists/" in finished.stdout
    assert finished.stdout.endswith("\nAn extraction would succeed.\n")


def test_a_wall_tells_what_was_tried_what_came_back_what_it_means_and_what_to_do(doctor):
    finished = doctor(**CREDENTIALS, CHARTS=f"mine={'0' * 22}")

    lines = finished.stdout.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("fail"))
    assert finished.exit_code == 1
    assert lines[start] == f"fail  chart mine: GET /playlists/{'0' * 22} -> Spotify has no such playlist (404)"
    assert lines[start + 1].startswith("      means: It was deleted")
    assert lines[start + 2].startswith("      to do: Correct its id in CHARTS")
    assert lines[-1] == "An extraction would fail: 1 check failed."


def test_wrong_settings_are_the_only_line(doctor):
    finished = doctor(**CREDENTIALS, CHARTS="narnia")

    assert finished.exit_code == 1
    assert finished.stdout.startswith("fail  settings: .env and the environment -> CHARTS: narnia is not in charts.csv")
    assert "token" not in finished.stdout


@pytest.mark.parametrize("charts", [MINE, "global"])
def test_no_secret_is_printed(doctor, spotify, charts):
    spotify.fail("forbidden")

    printed = doctor(**CREDENTIALS, CHARTS=charts).output

    assert [secret for secret in CREDENTIALS.values() if secret in printed] == []
