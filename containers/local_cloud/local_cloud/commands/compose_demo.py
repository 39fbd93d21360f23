"""The end of ``make up``: the demo, in the local cloud that docker compose runs."""

import argparse

from rich.console import Console

from local_cloud.aws.server import client_environment
from local_cloud.cloud import RunningCloud
from local_cloud.commands.compose_cloud import STATE
from local_cloud.commands.demo import run, show
from local_cloud.spotify.remote import RemoteStandIn


def main() -> None:
    """Run it, and say how to work with the cloud, which goes on."""
    parser = argparse.ArgumentParser(prog="compose_demo", description=__doc__)
    parser.add_argument("--cloud", required=True, help="address of the local cloud")
    parser.add_argument("--spotify", required=True, help="address of the stand-in for Spotify")
    parser.add_argument("--published", required=True, help="address of the local cloud outside its containers")
    args = parser.parse_args()
    console = Console()
    cloud = RunningCloud.at(args.cloud, STATE / "logs")
    show(console, cloud, *run(console, cloud, RemoteStandIn(args.spotify)))
    console.print("\nThe cloud goes on until `make down`. For the AWS CLI and any boto3 program:")
    for name, value in client_environment(args.published).items():
        console.print(f"export {name}={value}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
