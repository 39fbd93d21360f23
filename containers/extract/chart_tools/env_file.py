"""The settings on a person's machine: ``.env`` in the working folder, and over it the environment."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key

from chart_extract.config import Config

ENV_FILE = Path(".env")


def read_settings() -> dict[str, str]:
    """Read all settings that have a value."""
    return {name: value for name, value in {**dotenv_values(ENV_FILE), **os.environ}.items() if value}


def spotify_of(settings: Mapping[str, str]) -> Config:
    """Read only where Spotify is; the charts in ``CHARTS`` may still be wrong."""
    return Config.from_env({**settings, "CHARTS": "global"}, required=())


def write_settings(settings: Mapping[str, str]) -> None:
    """Write settings into ``.env``, which from then on only its owner can read; other lines stay."""
    ENV_FILE.touch(mode=0o600)
    ENV_FILE.chmod(0o600)
    for name, value in settings.items():
        set_key(ENV_FILE, name, value, follow_symlinks=True)
