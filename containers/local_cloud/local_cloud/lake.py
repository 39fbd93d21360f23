"""A lake that can be asked and nothing else: its data and its catalog, with no stack deployed (which takes seconds)."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_cloud.states import BUCKET, CATALOG

if TYPE_CHECKING:
    from local_cloud.aws.server import AwsServer


class AskedLake:
    """The stack of a saved lake: its outputs and its clients."""

    def __init__(self, outputs: Mapping[str, str], clients: Mapping[str, Any], folder: Path, parts: ExitStack) -> None:
        self.outputs = outputs
        self._clients = clients
        self._folder = folder
        self._parts = parts

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
        yield _opened(state, parameters, parts)


def _opened(state: Path, parameters: Mapping[str, str], parts: ExitStack) -> AskedLake:
    # Not above: they are what takes the time, and not every command asks.
    from local_cloud.aws.athena.service import QueryService
    from local_cloud.aws.s3.saved_bucket import restore
    from local_cloud.aws.saved_catalog import read_catalog
    from local_cloud.aws.saved_lake import client_of, saved_lake

    kept = read_catalog(state / CATALOG)
    if "partitions" not in kept:
        _keep_catalog(state, parameters)
        kept = read_catalog(state / CATALOG)
    restore(state / BUCKET)
    store = saved_lake(kept, state / BUCKET)
    athena = QueryService(store)
    parts.callback(athena.close)

    def get_tables(request: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"TableList": list(store.tables(request["DatabaseName"]).values())}

    glue = client_of("glue", {"AWSGlue.GetTables": get_tables})
    clients = {"athena": client_of("athena", athena.operations()), "glue": glue}
    return AskedLake(kept["outputs"], clients, state / BUCKET, parts)


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


def _keep_catalog(state: Path, parameters: Mapping[str, str]) -> None:
    """Of what an older version has kept, which had no tables: a local cloud writes it as it ends."""
    from local_cloud.aws.glue.crawl import crawl
    from local_cloud.cloud import LocalCloud

    with LocalCloud(state, parameters) as cloud:
        glue = cloud.aws.client("glue")
        for crawler in glue.get_crawlers()["Crawlers"]:
            crawl(glue, crawler)
