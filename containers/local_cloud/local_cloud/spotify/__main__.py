"""Run the stand-in in the foreground: ``python -m local_cloud.spotify --host 0.0.0.0 --port 8080``."""

import argparse
import signal

from local_cloud.spotify.server import SpotifyStandIn


def main() -> None:
    """Serve until interrupted; the settings can be changed at ``/_control``."""
    parser = argparse.ArgumentParser(prog="python -m local_cloud.spotify", description="A Spotify for a laptop.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    # The first process of a container is not stopped by SIGTERM unless it says so.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    SpotifyStandIn(args.port, args.host).serve()


if __name__ == "__main__":
    main()
