"""A lake that can be asked and nothing else: its data and its catalog, with no stack deployed (which takes seconds)."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_cloud.aws.athena import Athena
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.s3.saved_bucket import load_bucket
from local_cloud.aws.saved_catalog import load_catalog
from local_cloud.aws.server import AwsServer
from local_cloud.states import BUCKET, CATALOG


@dataclass(frozen=True)
class AskedLake:
    """The outputs of the stack that filled the lake, and clients for S3, Glue and Athena."""

    outputs: Mapping[str, str]
    client: Callable[..., Any]


@contextmanager
def asked_lake(state: Path, parameters: Mapping[str, str]) -> Iterator[AskedLake]:
    """The lake that a local cloud has kept at ``state``, for as long as the context lasts; nothing of it is changed."""
    if not (state / CATALOG).exists():
        _keep_catalog(state, parameters)
    with AwsServer() as aws:
        aws.post("/moto-api/reset")
        athena = Athena(aws)
        try:
            aws.operations.update(athena.operations() | Crawlers(aws).operations())
            outputs = load_catalog(aws, state / CATALOG)
            aws.client("s3").create_bucket(Bucket=outputs["DataBucket"])
            load_bucket(aws, outputs["DataBucket"], state / BUCKET)
            if outputs["CatalogMode"] != "projection":
                aws.client("glue").start_crawler(Name=outputs["LakeCrawler"])
                while aws.client("glue").get_crawler(Name=outputs["LakeCrawler"])["Crawler"]["State"] != "READY":
                    time.sleep(0.05)
            yield AskedLake(outputs, aws.client)
        finally:
            athena.close()


def _keep_catalog(state: Path, parameters: Mapping[str, str]) -> None:
    """Of what an older version has kept: a local cloud writes it as it ends."""
    # Not above: it is what takes the seconds.
    from local_cloud.cloud import LocalCloud

    with LocalCloud(state, parameters):
        pass
