"""A lake that can be asked and nothing else: its data and its catalog, with no stack deployed (which takes seconds)."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.states import BUCKET, CATALOG, kept_by_one, read_json

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer


class AskedLake:
    """The stack of a saved lake: its outputs and its clients."""

    def __init__(self, kept: Mapping[str, Any], folder: Path, parts: ExitStack) -> None:
        from local_cloud.aws.athena.service import Athena
        from local_cloud.aws.athena.stores import SavedStore
        from local_cloud.aws.operations import client_of

        store = SavedStore(kept, folder)
        athena = Athena(store)
        parts.callback(athena.close)
        self.outputs: Mapping[str, str] = kept["outputs"]
        tables = store.tables(self.outputs["Database"])
        self._clients = {
            "athena": client_of("athena", athena.operations()),
            "glue": client_of("glue", {"AWSGlue.GetTables": lambda _asked: {"TableList": list(tables.values())}}),
        }
        self._folder, self._parts = folder, parts

    def client(self, service: str) -> Any:
        """Athena, and Glue's tables, are asked in this process; for S3 moto starts, with a copy of the bucket."""
        return self._clients.get(service) or self._server.client(service)

    @cached_property
    def _server(self) -> "AwsServer":
        from local_cloud.aws.s3.saved_bucket import load_bucket
        from local_cloud.aws.server import AwsServer

        server = self._parts.enter_context(AwsServer())
        server.post("/moto-api/reset")
        server.client("s3").create_bucket(Bucket=self.outputs["DataBucket"])
        load_bucket(server, self.outputs["DataBucket"], self._folder)
        return server


@contextmanager
def asked_lake(state: Path, parameters: Mapping[str, str]) -> Iterator[AskedLake]:
    """The lake that a local cloud has kept at ``state``, for as long as the context lasts; nothing of it is changed."""
    with _without_pandas(), ExitStack() as parts:
        # Not above: what they import takes the time, and would import pandas.
        from local_cloud.aws.s3.saved_bucket import restore

        kept = read_json(state / CATALOG)
        if "partitions" not in kept:
            _keep_catalog(state, parameters)
            kept = read_json(state / CATALOG)
        if not (state / BUCKET).exists():
            # Held: a local cloud may be about to put the new folder there.
            with kept_by_one(state):
                restore(state / BUCKET)
        yield AskedLake(kept, state / BUCKET, parts)


def _keep_catalog(state: Path, parameters: Mapping[str, str]) -> None:
    """Of what an older version has kept, which had no tables: a local cloud writes it as it ends."""
    from local_cloud.aws.glue.crawl import crawl
    from local_cloud.cloud import LocalCloud

    with LocalCloud(state, parameters) as cloud:
        glue = cloud.aws.client("glue")
        for crawler in glue.get_crawlers()["Crawlers"]:
            crawl(glue, crawler)


class _NoPandas:
    """Says that pandas is not installed: Arrow loads it where it is, a quarter of a second for nothing here."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name)


@contextmanager
def _without_pandas() -> Iterator[None]:
    sys.meta_path.insert(0, _NoPandas)
    try:
        yield
    finally:
        sys.meta_path.remove(_NoPandas)
