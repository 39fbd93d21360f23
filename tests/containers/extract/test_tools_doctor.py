"""``make doctor`` as a person runs it, but in a folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def doctor(tmp_path, spotify):
    """Run it beside an .env, without settings of this machine."""

    def doctor(**settings):
        addresses = {"SPOTIFY_API_URL": spotify.api_url, "SPOTIFY_ACCOUNTS_URL": spotify.accounts_url}
        lines = [f"{name}={value}\n" for name, value in (addresses | settings).items()]
        (tmp_path / ".env").write_text("".join(lines))
        return subprocess.run(
            [sys.executable, "-m", "chart_tools.doctor"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "containers/extract")},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return doctor


def test_the_readme_shows_what_the_doctor_really_prints(doctor, spotify):
    spotify.configure(app="development_new")

    finished = doctor(
        SPOTIFY_CLIENT_ID="stand-in-client",
        SPOTIFY_CLIENT_SECRET="stand-in-secret",
        SPOTIFY_REFRESH_TOKEN="stand-in-refresh-token",
    )

    printed = finished.stdout.replace(spotify.accounts_url, "https://accounts.spotify.com")
    assert finished.returncode == 1
    assert f"$ make doctor\n{printed}```" in (ROOT / "README.md").read_text()


def test_an_env_without_credentials_is_told_what_belongs_in_it(doctor):
    finished = doctor()

    assert finished.returncode == 1
    assert "fail  credentials: .env and the environment -> no client_id and no client_secret" in finished.stdout
    assert "dashboard: on your machine into .env, as SPOTIFY_CLIENT_ID=..." in finished.stdout
    assert "skip  token: not tried\n      means: It needs what failed above" in finished.stdout
    assert "note  bucket: not tried" in finished.stdout
    assert "nothing" not in finished.stdout
    assert "Traceback" not in finished.stderr
