"""The settings on a person's machine: ``.env`` in the working folder or beside the Makefile, and the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values, set_key

from top50.paths import ROOT

if TYPE_CHECKING:
    from chart_extract.config import Config


def env_file() -> Path:
    """The file that counts: the working folder's, if there is one, else the project's."""
    here = Path(".env")
    return here if here.exists() else ROOT / ".env"


def read_settings() -> dict[str, str]:
    """Read all settings that have a value; the environment's replace those of the file."""
    return {name: value for name, value in {**dotenv_values(env_file()), **os.environ}.items() if value}


def spotify_parameters(settings: Mapping[str, str]) -> dict[str, str]:
    """The stack's parameters on what Spotify is asked, and where: the addresses are empty for the real one."""
    return {
        "LookUpCsvTracks": settings.get("LOOK_UP_CSV_TRACKS", "yes"),
        "SpotifyApiUrl": settings.get("SPOTIFY_API_URL", ""),
        "SpotifyAccountsUrl": settings.get("SPOTIFY_ACCOUNTS_URL", ""),
    }


def secret_of(settings: Mapping[str, str]) -> dict[str, str]:
    """What the stack's secret holds."""
    from chart_extract.spotify import SECRET_FIELDS

    return {name: settings[key] for name in SECRET_FIELDS if (key := f"SPOTIFY_{name.upper()}") in settings}


def looks_up(settings: Mapping[str, str]) -> bool:
    """Whether Spotify is asked about the tracks of a chart's CSV."""
    has_credentials = "SPOTIFY_CLIENT_ID" in settings or "SPOTIFY_CLIENT_SECRET" in settings
    return has_credentials and settings.get("LOOK_UP_CSV_TRACKS") != "no"


def spotify_of(settings: Mapping[str, str]) -> "Config":
    """Read only where Spotify is; the charts in ``CHARTS`` may still be wrong."""
    from chart_extract.config import Config

    return Config.from_env({**settings, "CHARTS": "global"}, required=())


def write_settings(settings: Mapping[str, str]) -> None:
    """Write settings into ``.env``, which from then on only its owner can read; other lines stay."""
    file = env_file()
    file.touch(mode=0o600)
    file.chmod(0o600)
    for name, value in settings.items():
        set_key(file, name, value, follow_symlinks=True)
