"""What the stand-in refuses.

StandInError       a control call asks for something it does not have: fix the call
ApiError           what Spotify's Web API answers instead of data
TokenError         what Spotify's token endpoint answers instead of a token
"""

from collections.abc import Mapping


class StandInError(ValueError):
    """An unknown setting or fault, or a value it cannot take."""


class ApiError(Exception):
    """An answer in the Web API's error shape."""

    def __init__(
        self, status: int, message: str, *, reason: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.reason = reason
        self.headers = dict(headers or {})

    def body(self) -> dict[str, object]:
        """Return the JSON Spotify sends with this status."""
        error: dict[str, object] = {"status": self.status, "message": self.message}
        if self.reason is not None:
            error["reason"] = self.reason
        return {"error": error}


class TokenError(Exception):
    """An answer in the token endpoint's error shape, which is OAuth's and not the Web API's."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description

    def body(self) -> dict[str, object]:
        """Return the JSON Spotify sends with status 400."""
        return {"error": self.error, "error_description": self.description}
