"""Which stack a command works on: the local lake, or with --stack a stack on AWS."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass

from top50.errors import StoppedError
from top50.lakes import Lake, lake_with_charts, last_lake
from top50.pipeline import AWS, LOCAL, Execution, Pace, Tell, executions, wait_for, wait_until_quiet
from top50.settings import read_settings, secret_of, spotify_parameters
from top50.stack import Stack


@dataclass(frozen=True)
class Target:
    """A deployed stack and how to wait for its pipeline. ``lake`` is None on AWS."""

    stack: Stack
    lake: Lake | None
    # While its context lasts, events reach the functions; on AWS they always do.
    delivering: Callable[[], AbstractContextManager[object]]
    # The ARNs of the executions before this target was opened.
    before: frozenset[str]

    @property
    def bucket(self) -> str:
        """The name of its data bucket."""
        return self.stack.output("DataBucket")

    @property
    def pace(self) -> Pace:
        """How often to look."""
        return LOCAL if self.lake else AWS

    def wait(self, tell: Tell) -> list[Execution]:
        """Wait until the pipeline has nothing to do; returns the executions since the target was opened."""
        with self._waiting():
            return wait_until_quiet(self.stack, tell, self.pace, self.before)

    def wait_for(self, execution: Execution, tell: Tell) -> Execution:
        """Wait for the end of one execution."""
        with self._waiting():
            return wait_for(self.stack, execution, tell, self.pace)

    @contextmanager
    def _waiting(self) -> Iterator[None]:
        try:
            with self.delivering():
                yield
        except KeyboardInterrupt:
            if self.lake:
                raise
            raise StoppedError(
                f"The pipeline on AWS goes on without this command. To look: top50 status --stack {self.stack.name}"
            ) from None


@contextmanager
def open_target(name: str | None, *, keep: bool = True) -> Iterator[Target]:
    """The stack of that name on AWS, or the local lake with its pipeline; ``keep`` saves its changes."""
    if name:
        stack = Stack.find(name)
        before = frozenset(execution.arn for execution in executions(stack))
        yield Target(stack, None, nullcontext, before)
    else:
        yield from _local(last_lake(), keep)


def _local(lake: Lake, keep: bool) -> Iterator[Target]:
    with ExitStack() as parts:
        if lake.is_demo:
            from local_cloud.spotify import CREDENTIALS, SpotifyStandIn

            # The demo's own stand-in has ended, and its port is gone.
            addresses, secret = parts.enter_context(SpotifyStandIn()).parameters, CREDENTIALS
        else:
            settings = read_settings()
            addresses, secret = spotify_parameters(settings), secret_of(settings)
        lake = Lake(lake.folder, {**lake.parameters, **addresses})
        cloud = parts.enter_context(lake.cloud(save=keep))
        cloud.set_spotify_secret(secret)

        @contextmanager
        def delivering() -> Iterator[None]:
            with cloud.poll_queues(), cloud.fill_log_groups():
                yield

        yield Target(lake.stack(cloud), lake, delivering, frozenset())


@contextmanager
def open_for_questions(name: str | None, find: Callable[[], Lake] = lake_with_charts) -> Iterator[Stack]:
    """As ``open_target``, for Athena and what lies in the bucket only: the local lake is there within a second."""
    if name:
        yield Stack.find(name)
    else:
        with find().asked() as stack:
            yield stack
