"""``make cloud``: the local cloud, kept running for the AWS CLI and any boto3 program, until Ctrl-C."""

import os

from rich.console import Console

from local_cloud import states
from local_cloud.aws.server import client_environment
from local_cloud.cloud import LocalCloud
from local_cloud.commands.demo import CHARTS
from local_cloud.commands.ending import AskedToEnd
from local_cloud.queries import crawl, stack_of
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn

PORT = 4566


def main() -> None:
    """Serve the demo's lake (empty before the first demo), with the stand-in for Spotify; what happens in it is kept.

    Never that of `make run`: invented charts have no place among real ones.
    """
    state, parameters = states.DEMO, {"Charts": CHARTS}
    states.remember(state, parameters)
    asked_to_end = AskedToEnd()
    with SpotifyStandIn() as spotify:
        addresses = {"SpotifyApiUrl": spotify.api_url, "SpotifyAccountsUrl": spotify.accounts_url}
        port = int(os.environ.get("PORT", PORT))
        cloud = LocalCloud(state, parameters | addresses, port=port)
        with cloud, cloud.poll_queues(), cloud.fill_log_groups():
            cloud.set_spotify_secret(CREDENTIALS)
            crawl(stack_of(cloud))
            tell(Console(), cloud, state.name)
            asked_to_end.wait()


def tell(console: Console, cloud: LocalCloud, state: str) -> None:
    """Print what a shell needs to work with it."""
    for name, value in client_environment(cloud.aws.url).items():
        console.print(f"export {name}={value}", highlight=False, soft_wrap=True)
    console.print(f"\nThe lake of `{state}` is in s3://{cloud.outputs['DataBucket']}. Try, in another shell:")
    console.print(f"  aws s3 ls s3://{cloud.outputs['DataBucket']}/", highlight=False, soft_wrap=True)
    console.print(
        '  python -c \'import boto3; boto3.client("lambda").invoke('
        f'FunctionName="{cloud.outputs["ExtractFunction"]}", Payload=b"{{\\"charts\\": [\\"global\\"]}}")\'',
        highlight=False,
        soft_wrap=True,
    )
    console.print("Ctrl-C ends it and keeps the bucket. Another port: make cloud PORT=4567")


if __name__ == "__main__":
    main()
