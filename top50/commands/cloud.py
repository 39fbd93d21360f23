"""``top50 cloud``."""

import click


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=4566, show_default=True, help="0 takes a free one.")
def cloud(port: int) -> None:
    """Keep the local cloud running, for the AWS CLI and any boto3 program.

    It serves the demo's lake (empty before the first demo) with a stand-in for Spotify, until Ctrl-C; what happens in
    it is kept. It never serves the lake of `top50 run`: invented charts have no place among real ones.

    \b
    Example: top50 cloud --port 4567
    """
    from local_cloud.aws.server import client_environment
    from local_cloud.ending import AskedToEnd
    from local_cloud.spotify import CREDENTIALS, SpotifyStandIn
    from top50.demo import CHARTS
    from top50.lakes import demo_lake, lake_in
    from top50.show import console

    asked_to_end = AskedToEnd()
    with SpotifyStandIn() as spotify:
        # The demo's CatalogMode stays: in the other one the tables would be gone.
        lake = demo_lake({**lake_in(demo_lake({}).folder).parameters, "Charts": CHARTS, **spotify.parameters})
        with lake.cloud(port=port) as running, running.poll_queues(), running.fill_log_groups():
            lake.remember()
            running.set_spotify_secret(CREDENTIALS)
            out, stack = console(), lake.stack(running)
            out.print("unset AWS_PROFILE")
            for name, value in client_environment(running.aws.url).items():
                out.print(f"export {name}={value}")
            out.print(
                f"\nThe {stack.place} is in s3://{stack.output('DataBucket')}. In another shell, after these exports:"
            )
            out.print(f"  aws s3 ls s3://{stack.output('DataBucket')}/")
            out.print(f"  top50 invoke --stack {stack.name}")
            out.print("Ctrl-C ends it and keeps the bucket.")
            asked_to_end.wait()
