"""Glue crawlers: moto keeps their definitions, this runs them and says how far they are."""

import logging
import threading
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from moto.glue.exceptions import CrawlerNotFoundException

from local_cloud.aws.backends import backend
from local_cloud.aws.glue.crawl import CrawlError, crawl
from local_cloud.aws.iam import GLUE
from local_cloud.aws.iam.arns import arn, on_table
from local_cloud.aws.iam.policies import Need
from local_cloud.aws.operations import AwsError, Operation
from local_cloud.aws.server import AwsServer

logger = logging.getLogger(__name__)
# What a crawl may call besides what this one does, by AWS's "Step 1: Create an IAM policy for the AWS Glue service".
OF_A_PARTITION = ("Get", "BatchGet", "Create", "Update", "BatchUpdate")
CALLED = ("GetDatabase", "GetTables", *(f"{what}Partition" for what in OF_A_PARTITION))
LOGGED = ("CreateLogGroup", "CreateLogStream", "PutLogEvents")


class Crawlers:
    """Runs crawlers in threads."""

    def __init__(self, aws: AwsServer) -> None:
        self._aws = aws
        # By moto's crawlers: one that was made anew under its old name is another one, and has not run.
        self._started: dict[Any, float] = {}
        self._ended: dict[Any, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Operation]:
        """What to answer in front of moto."""
        return {
            "AWSGlue.StartCrawler": self.start,
            "AWSGlue.GetCrawler": lambda request: {"Crawler": self._described(_found(request["Name"]))},
            "AWSGlue.GetCrawlers": lambda _: {"Crawlers": list(map(self._described, backend("glue").get_crawlers()))},
        }

    def start(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Start a run; one is on at a time."""
        crawler = _found(request["Name"])
        with self._lock:
            if crawler in self._started:
                raise AwsError("CrawlerRunningException", f"Crawler with name {crawler.name} has already started")
            self._started[crawler] = time.time()
        threading.Thread(target=self._run, args=[crawler], name=crawler.name, daemon=True).start()
        return {}

    def _described(self, crawler: Any) -> dict[str, Any]:
        """The definition, the state and the last run that ended."""
        known = dict(crawler.as_dict()) | {"State": "READY", "CrawlElapsedTime": 0} | self._ended.get(crawler, {})
        if started := self._started.get(crawler):
            known |= {"State": "RUNNING", "CrawlElapsedTime": int((time.time() - started) * 1000)}
        return known

    def _run(self, crawler: Any) -> None:
        started, problem = self._started[crawler], None
        try:
            glue = self._aws.as_role(crawler.role, GLUE).client("glue")
            require = partial(self._aws.roles.require, crawler.role)
            stream = arn("logs", f"log-group:/aws-glue/crawlers:log-stream:{crawler.name}")
            require([Need(f"logs:{action}", stream) for action in LOGGED])
            tables = on_table(crawler.database_name, "*")
            require([Need(f"glue:{action}", each) for action in CALLED for each in tables])
            crawl(glue, crawler.as_dict(), require)
        except CrawlError as error:
            problem = str(error)
        except AwsError as error:
            problem = f"Service Principal: {GLUE} is not authorized. {error.response['Error']['Message']}"
        except Exception as error:
            # A fault of ours must end the run, or whoever waits for it would wait for ever.
            logger.exception("crawler %s failed", crawler.name)
            problem = f"Internal Service Exception: {type(error).__name__}: {error}"
        elapsed = int((time.time() - started) * 1000)
        ended = {
            "Status": "FAILED" if problem else "SUCCEEDED",
            "StartTime": started,
            "LogGroup": "/aws-glue/crawlers",
            "LogStream": crawler.name,
            "ErrorMessage": problem,
        }
        self._ended[crawler] = {"LastCrawl": ended, "CrawlElapsedTime": elapsed}
        del self._started[crawler]


def _found(name: str) -> Any:
    try:
        # Not by a client: GetCrawler would come back to us.
        return backend("glue").get_crawler(name)
    except CrawlerNotFoundException as error:
        raise AwsError("EntityNotFoundException", error.message) from error
