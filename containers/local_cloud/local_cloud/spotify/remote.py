"""The stand-in that another process runs."""

import requests

from local_cloud.spotify.control import PREFIX


class RemoteStandIn:
    """A stand-in at ``url``, set by its control endpoint."""

    def __init__(self, url: str) -> None:
        self.url = url

    def configure(self, **settings: object) -> None:
        """Change some settings, such as the date (as ISO text), and leave the others."""
        requests.put(f"{self.url}{PREFIX}/settings", json=settings, timeout=10).raise_for_status()
