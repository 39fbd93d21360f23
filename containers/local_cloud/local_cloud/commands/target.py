"""Where commands work that change a bucket and wait for what comes of it: the lake used last, or a stack on AWS."""

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chart_stack.errors import StackError
from chart_stack.settings import saved_parameters
from chart_stack.stack import Stack as DeployedStack
from local_cloud import states
from local_cloud.cloud import LocalCloud
from local_cloud.commands.run import addresses, credentials, read_settings
from local_cloud.pipeline import Execution, wait_until_done
from local_cloud.queries import Stack, crawl, stack_of
from local_cloud.remote_pipeline import csv_failures, execution_arns, invoke, wait_until_quiet
from local_cloud.spotify import CREDENTIALS, SpotifyStandIn

Tell = Callable[[str], None]
Wait = Callable[[Tell], list[Execution]]
WhyFailed = Callable[[str], str | None]


@dataclass(frozen=True)
class Target:
    """A deployed stack, here or on AWS.

    ``wait`` returns when no event waits and no execution runs any more: the executions since the target was opened,
    failed ones too (``stop_on_failure`` ends with the first of those). It tells what goes on meanwhile.
    While the context of ``deliver`` lasts, dropped CSVs are extracted (on AWS, always); what it gives says of one, by
    its name, why extract has failed on it since, and None before it has.
    """

    stack: Stack
    wait: Wait
    deliver: Callable[[], AbstractContextManager[WhyFailed]]
    # Invokes the function that an output names; InvocationError when its handler raises.
    invoke: Callable[[str, dict[str, Any]], Any]
    # A local cloud starts with an empty catalog; on AWS there is nothing to do.
    fill_catalog: Callable[[], None]
    on_aws: bool

    @property
    def bucket(self) -> str:
        """The name of its data bucket."""
        return self.stack.outputs["DataBucket"]


def open_target(stack: str | None, *, keep: bool = True) -> AbstractContextManager[Target]:
    """The stack of that name on AWS, or the local lake used last, which ``keep``s what is done to it.

    Ends the program with what to do where there is none of them, and where AWS refuses something.
    """
    return _on_aws(stack) if stack else _last_used(keep)


@contextmanager
def _last_used(keep: bool) -> Iterator[Target]:
    state, parameters = states.last_used()
    with ExitStack() as parts:
        if state == states.DEMO:
            # The stand-in of the demo is gone, and its port with it.
            spotify = parts.enter_context(SpotifyStandIn())
            parameters |= {"SpotifyApiUrl": spotify.api_url, "SpotifyAccountsUrl": spotify.accounts_url}
            secret = CREDENTIALS
        else:
            settings = read_settings()
            parameters |= addresses(settings)
            secret = credentials(settings)
        cloud = parts.enter_context(LocalCloud(state, parameters, save=keep))
        cloud.set_spotify_secret(secret)

        def wait(tell: Tell) -> list[Execution]:
            with cloud.poll_queues():
                return wait_until_done(cloud, tell, timeout=math.inf)

        @contextmanager
        def deliver() -> Iterator[WhyFailed]:
            with cloud.poll_queues() as sources:
                yield lambda name: next((it.error for it in sources.failures if name in it.event), None)

        stack = stack_of(cloud)
        yield Target(stack, wait, deliver, cloud.invoke, partial(crawl, stack), on_aws=False)


@contextmanager
def _on_aws(name: str) -> Iterator[Target]:
    try:
        # What was answered to `make deploy` counts here too.
        found = DeployedStack.find(name, boto3.Session(region_name=saved_parameters(name).get("region")))
        stack = Stack(found.outputs, cache(found.client))
        before = execution_arns(stack)

        def wait(tell: Tell) -> list[Execution]:
            try:
                return wait_until_quiet(stack, before, tell)
            except KeyboardInterrupt:
                raise SystemExit(f"The waiting has ended, the pipeline goes on: make status STACK={name}") from None

        def deliver() -> AbstractContextManager[WhyFailed]:
            return nullcontext(csv_failures(stack, datetime.now(UTC)))

        yield Target(stack, wait, deliver, partial(invoke, stack), lambda: None, on_aws=True)
    except StackError as error:
        raise SystemExit(str(error)) from None
    except (ClientError, BotoCoreError) as error:
        raise SystemExit(f"AWS refused or cannot be reached: {error} (set AWS_PROFILE and AWS_REGION)") from None
