"""Glue crawlers: moto keeps their definitions, this runs them and says how far they are."""

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.glue.exceptions import CrawlerNotFoundException
from moto.glue.models import glue_backends

from local_cloud.aws.endpoint import REGION, AwsEndpoint
from local_cloud.aws.glue.crawl import CrawlError, crawl
from local_cloud.aws.operations import AwsError, Operation

logger = logging.getLogger(__name__)


@dataclass
class _Run:
    """One run of a crawler; ``ended`` is empty while it is on."""

    started: float
    ended: float = 0
    error: str = ""


class Crawlers:
    """Runs crawlers in threads."""

    def __init__(self, aws: AwsEndpoint) -> None:
        self._glue = aws.client("glue")
        # A crawler made anew under its old name has not run: its time of creation is part of the key.
        self._runs: dict[tuple[str, datetime], list[_Run]] = {}
        self._lock = threading.Lock()

    def operations(self) -> dict[str, Operation]:
        """What to answer in front of moto."""
        return {
            "AWSGlue.StartCrawler": self.start,
            "AWSGlue.StopCrawler": self.stop,
            "AWSGlue.GetCrawler": self.get,
            "AWSGlue.GetCrawlers": self.get_all,
        }

    def start(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Start a run; one is on at a time."""
        definition = self._definition(request["Name"])
        run = _Run(time.time())
        with self._lock:
            runs = self._runs.setdefault(_key(definition), [])
            if runs and not runs[-1].ended:
                message = f"Crawler with name {definition['Name']} has already started"
                raise AwsError("CrawlerRunningException", message)
            runs.append(run)
        threading.Thread(target=self._run, args=(definition, run), name=definition["Name"], daemon=True).start()
        return {}

    def stop(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Refuse: moto would only say that it has stopped."""
        raise AwsError("OperationNotSupportedException", "a crawler takes no time here, and cannot be stopped")

    def get(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """The definition, the state and the last run that ended."""
        return {"Crawler": self._described(self._definition(request["Name"]))}

    def get_all(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """As ``get``, for every crawler."""
        return {"Crawlers": [self._described(each) for each in map(_shown, _moto().get_crawlers())]}

    @staticmethod
    def _definition(name: str) -> dict[str, Any]:
        try:
            return _shown(_moto().get_crawler(name))
        except CrawlerNotFoundException as error:
            raise AwsError("EntityNotFoundException", error.message) from error

    def _described(self, definition: dict[str, Any]) -> dict[str, Any]:
        runs = self._runs.get(_key(definition), [])
        known = {key: _timestamp(value) for key, value in definition.items() if key != "LastCrawl"}
        known |= {"State": "READY", "CrawlElapsedTime": 0}
        if runs:
            until = runs[-1].ended or time.time()
            known["CrawlElapsedTime"] = int((until - runs[-1].started) * 1000)
            known["State"] = "READY" if runs[-1].ended else "RUNNING"
        if ended := [run for run in runs if run.ended]:
            known["LastCrawl"] = {
                "Status": "FAILED" if ended[-1].error else "SUCCEEDED",
                "StartTime": ended[-1].started,
                "LogGroup": "/aws-glue/crawlers",
                "LogStream": definition["Name"],
                **({"ErrorMessage": ended[-1].error} if ended[-1].error else {}),
            }
        return known

    def _run(self, definition: dict[str, Any], run: _Run) -> None:
        try:
            crawl(self._glue, definition)
        except CrawlError as error:
            run.error = str(error)
        except Exception as error:
            # A fault of ours must end the run, or whoever waits for it would wait for ever.
            logger.exception("crawler %s failed", definition["Name"])
            run.error = f"Internal Service Exception: {type(error).__name__}: {error}"
        finally:
            run.ended = time.time()


def _moto() -> Any:
    # Not by a client: GetCrawler would come back to us.
    return glue_backends[DEFAULT_ACCOUNT_ID][REGION]


def _shown(crawler: Any) -> dict[str, Any]:
    return {name: value for name, value in crawler.as_dict().items() if value is not None}


def _key(definition: Mapping[str, Any]) -> tuple[str, datetime]:
    return definition["Name"], definition["CreationTime"]


def _timestamp(value: Any) -> Any:
    return value.timestamp() if isinstance(value, datetime) else value
