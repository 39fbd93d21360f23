"""Glue crawlers: moto keeps their definitions, this runs them and says how far they are."""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.glue.exceptions import CrawlerNotFoundException

from local_cloud.aws.backends import backend
from local_cloud.aws.endpoint import AwsEndpoint
from local_cloud.aws.glue.crawl import CrawlError, crawl
from local_cloud.aws.operations import AwsError, Operation

logger = logging.getLogger(__name__)

Definition = dict[str, Any]


class Crawlers:
    """Runs crawlers in threads."""

    def __init__(self, aws: AwsEndpoint) -> None:
        self._glue = aws.client("glue")
        # A crawler made anew under its old name has not run: its time of creation is part of the key.
        self._started: dict[tuple[str, datetime], float] = {}
        self._ended: dict[tuple[str, datetime], dict[str, Any]] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Operation]:
        """What to answer in front of moto."""
        return {
            "AWSGlue.StartCrawler": self.start,
            "AWSGlue.StopCrawler": self.stop,
            "AWSGlue.GetCrawler": lambda request: {"Crawler": self._described(_definition(request["Name"]))},
            "AWSGlue.GetCrawlers": lambda _request: {
                "Crawlers": [self._described(each.as_dict()) for each in backend("glue").get_crawlers()]
            },
        }

    def start(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Start a run; one is on at a time."""
        definition = _definition(request["Name"])
        with self._lock:
            if _key(definition) in self._started:
                message = f"Crawler with name {definition['Name']} has already started"
                raise AwsError("CrawlerRunningException", message)
            self._started[_key(definition)] = time.time()
        threading.Thread(target=self._run, args=(definition,), name=definition["Name"], daemon=True).start()
        return {}

    def stop(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Refuse: moto would only say that it has stopped."""
        raise AwsError("OperationNotSupportedException", "a crawler takes no time here, and cannot be stopped")

    def _described(self, definition: Definition) -> Definition:
        """The definition, the state and the last run that ended."""
        known = {
            name: value.timestamp() if isinstance(value, datetime) else value for name, value in definition.items()
        }
        known |= {"State": "READY", "CrawlElapsedTime": 0} | self._ended.get(_key(definition), {})
        started = self._started.get(_key(definition))
        return known | ({"State": "RUNNING", "CrawlElapsedTime": _since(started)} if started else {})

    def _run(self, definition: Definition) -> None:
        started, problem = self._started[_key(definition)], None
        try:
            crawl(self._glue, definition)
        except CrawlError as error:
            problem = str(error)
        except Exception as error:
            # A fault of ours must end the run, or whoever waits for it would wait for ever.
            logger.exception("crawler %s failed", definition["Name"])
            problem = f"Internal Service Exception: {type(error).__name__}: {error}"
        ended = {
            "Status": "FAILED" if problem else "SUCCEEDED",
            "StartTime": started,
            "LogGroup": "/aws-glue/crawlers",
            "LogStream": definition["Name"],
            "ErrorMessage": problem,
        }
        self._ended[_key(definition)] = {"LastCrawl": ended, "CrawlElapsedTime": _since(started)}
        del self._started[_key(definition)]


def _definition(name: str) -> Definition:
    try:
        # Not by a client: GetCrawler would come back to us.
        return dict(backend("glue").get_crawler(name).as_dict())
    except CrawlerNotFoundException as error:
        raise AwsError("EntityNotFoundException", error.message) from error


def _key(definition: Definition) -> tuple[str, datetime]:
    return definition["Name"], definition["CreationTime"]


def _since(started: float) -> int:
    """Milliseconds."""
    return int((time.time() - started) * 1000)
