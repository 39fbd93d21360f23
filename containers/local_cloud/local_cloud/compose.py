"""The service ``cloud`` of docker-compose.yml: the local cloud with its functions in containers of their own.

They are started when the stack is deployed, with the environment that it gives them.
"""

import argparse
import logging
from pathlib import Path

from local_cloud.aws.awslambda.container import container_environments, write_environments
from local_cloud.cloud import LocalCloud
from local_cloud.ending import AskedToEnd
from local_cloud.spotify import CREDENTIALS

STATE = Path(".local_cloud/compose")
IMAGES = ("extract", "trigger", "check")


def main() -> None:
    """Serve until asked to end; nothing is kept."""
    parser = argparse.ArgumentParser(prog="compose_cloud", description=__doc__)
    parser.add_argument("--name", required=True, help="what the other containers call this one")
    parser.add_argument("--port", required=True, type=int)
    parser.add_argument("--spotify", required=True, help="address of the stand-in for Spotify")
    parser.add_argument("--charts", required=True, help="the stack's parameter Charts")
    parser.add_argument("--environments", required=True, type=Path, help="folder that gets a file per function")
    parser.add_argument("--deployed", required=True, type=Path, help="file to make when the stack is deployed")
    args = parser.parse_args()
    logging.basicConfig()
    logging.getLogger("local_cloud").setLevel(logging.INFO)
    asked_to_end = AskedToEnd()
    parameters = {"Charts": args.charts, "SpotifyApiUrl": f"{args.spotify}/v1/", "SpotifyAccountsUrl": args.spotify}
    cloud = LocalCloud(
        STATE,
        parameters,
        save=False,
        host="0.0.0.0",  # noqa: S104 - in a container; what is let in from outside, docker-compose.yml says.
        port=args.port,
        name=args.name,
        containers={image: f"http://{image}:8080" for image in IMAGES},
    )
    with cloud, cloud.poll_queues():
        cloud.set_spotify_secret(CREDENTIALS)
        write_environments(container_environments(cloud.aws, cloud.images), args.environments)
        args.deployed.touch()
        asked_to_end.wait()


if __name__ == "__main__":
    main()
