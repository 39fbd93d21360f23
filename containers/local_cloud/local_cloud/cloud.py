"""The whole of it: AWS on a local port with the project's stack deployed, and everything running that AWS would run."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from local_cloud import states
from local_cloud.aws.athena import Athena, MotoStore
from local_cloud.aws.awslambda.async_invocations import asynchronous_invocations
from local_cloud.aws.awslambda.event_sources import EventSources
from local_cloud.aws.awslambda.functions import Lambdas
from local_cloud.aws.cloudformation.stack import deploy
from local_cloud.aws.endpoint import turn_to
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.glue.jobs import GlueJobs
from local_cloud.aws.glue.saved_catalog import load_tables, save_catalog
from local_cloud.aws.logs.log_groups import LogGroups
from local_cloud.aws.s3.saved_bucket import load_bucket, save_bucket
from local_cloud.aws.server import AwsServer
from local_cloud.aws.sqs.message_moves import MessageMoves
from local_cloud.aws.stepfunctions.executions import running_state_machines

TEMPLATE = Path(__file__).parents[3] / "deploy" / "template.yaml"
STACK = "spotify-top50"
# Waits of AWS's size are no use on a laptop.
SHORT_WAITS = {"BatchWindowSeconds": "3", "CrawlerPollSeconds": "1"}


class LocalCloud:
    """AWS on this machine, with the stack of ``deploy/template.yaml``; use it as a context manager.

    ``state`` is its folder: the data bucket's objects and Athena's views are loaded from there and, with ``save``,
    saved there at the end; functions and job runs write their logs there. ``parameters`` are the stack's.
    ``host`` and ``port`` are where it listens, ``name`` is what clients call the host when they run elsewhere.
    ``containers`` are the addresses of images that run in containers of their own; functions of other images run in
    processes.
    """

    outputs: Mapping[str, str]
    # For what AWS itself does not tell: the files that a query has read.
    athena: Athena

    def __init__(
        self,
        state: Path,
        parameters: Mapping[str, str],
        *,
        save: bool = True,
        host: str = "127.0.0.1",
        port: int = 0,
        name: str | None = None,
        containers: Mapping[str, str] | None = None,
        template: Path = TEMPLATE,
    ) -> None:
        self.aws = AwsServer(host, port, name=name)
        self.logs = state / "logs"
        self.state = state
        self.images: Mapping[str, Path] = {}
        self._save = save
        self._containers = containers
        self._parameters = {**SHORT_WAITS, **parameters}
        self._template = template
        self._parts = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as parts:
            if self._save:
                parts.enter_context(states.kept_by_one(self.state))
            parts.enter_context(self.aws)
            # boto3 clients that moto and SAM make of their own accord must not look for an account either.
            turn_to(self.aws.url)
            self.aws.post("/moto-api/reset")
            parts.enter_context(running_state_machines(self.aws))
            self._jobs = GlueJobs(self.aws, self.logs / "transform")
            parts.callback(self._jobs.close)
            self.athena = Athena(MotoStore(self.aws))
            parts.callback(self.athena.close)
            self.aws.roles.workgroup_of = self.athena.workgroup_of
            for service in (self._jobs, Crawlers(self.aws), self.athena, MessageMoves(self.aws)):
                self.aws.operations.update(service.operations())
            stack = deploy(self.aws, self._template, STACK, self._parameters)
            self.outputs, self.images = stack.outputs, stack.images
            load_bucket(self.aws, self.outputs["DataBucket"], self.state / states.BUCKET)
            load_tables(self.aws, self.outputs["Database"], self.state / states.CATALOG)
            parts.enter_context(Lambdas(self.aws, stack.images, self.logs, self._containers))
            parts.enter_context(asynchronous_invocations(self.aws))
            self._parts = parts.pop_all()
        return self

    def __exit__(self, *_raised: object) -> None:
        with self._parts:
            # A job that moves files while they are saved would end the saving.
            self._jobs.close()
            if not self._save:
                return
            try:
                save_bucket(self.aws, self.outputs["DataBucket"], self.state / states.BUCKET)
                save_catalog(self.outputs, self.state / states.CATALOG)
            except OSError as error:
                told = f"nothing was changed in {self.state}, which cannot be written ({error.strerror})"
                raise states.StateError(f"{told}. Mend that, and run the same command again") from None

    def set_spotify_secret(self, credentials: Mapping[str, str]) -> None:
        """Fill in the stack's secret, as a person does after the first deployment."""
        self.aws.client("secretsmanager").put_secret_value(
            SecretId=self.outputs["SpotifySecret"], SecretString=json.dumps(credentials)
        )

    def poll_queues(self) -> EventSources:
        """Deliver the queues' messages to the trigger for as long as the returned context lasts."""
        return EventSources(self.aws)

    def fill_log_groups(self) -> LogGroups:
        """Bring what is logged to CloudWatch's log groups for as long as the returned context lasts."""
        return LogGroups(self.aws, self.logs)
