"""The Lambda's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from chart_trigger.errors import ConfigError


@dataclass(frozen=True)
class Config:
    """Which state machine to start."""

    state_machine_arn: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """Build the settings, or say what is missing."""
        state_machine_arn = env.get("STATE_MACHINE_ARN", "").strip()
        if not state_machine_arn:
            raise ConfigError("set this environment variable: STATE_MACHINE_ARN")
        return cls(state_machine_arn)
