"""Bring a run's verdict about: partitions replaced, files moved."""

import hashlib
import json
import logging
from collections.abc import Sequence

from chart_transform.errors import FileChangedError
from chart_transform.partitions import StagedDate
from chart_transform.raw_files import Outcome
from chart_transform.run import Run
from chart_transform.stores.store import Store, at_once

logger = logging.getLogger(__name__)

# Bytes in a name below quarantine/: file systems end at 255, and a checksum and .reason.json may follow.
LONGEST_NAME = 200


def replace_partitions(run: Run, staged: Sequence[StagedDate]) -> None:
    """Replace each partition's file by the staged one, in one atomic step each; chart_load, the receipt, last."""

    def put(place: tuple[str, str, str]) -> None:
        key, table, chart_date = place
        run.lake.replace(key, run.partition(table, chart_date))

    places = [(key, table, date.chart_date) for date in staged for table, key in date.keys.items()]
    at_once(put, [place for place in places if place[1] != "chart_load"])
    at_once(put, [place for place in places if place[1] == "chart_load"])


def keep_accepted(run: Run, accepted: Sequence[Outcome]) -> None:
    """Move landed files to their canonical key below ``processed/``."""

    def keep(outcome: Outcome) -> None:
        try:
            run.raw.move(outcome.file.key, outcome.file.version, f"processed/{outcome.source_key}")
        except (FileChangedError, FileNotFoundError) as error:
            logger.warning("%s; it stays for the next run", error)

    at_once(keep, [outcome for outcome in accepted if outcome.file.landed])


def quarantine(run: Run, refused: Sequence[Outcome]) -> None:
    """Move refused files to quarantine, each with its reason beside it. Those with the same name go one by one."""
    by_target: dict[str, list[Outcome]] = {}
    for outcome in refused:
        name = quarantine_name(outcome.file.key)
        by_target.setdefault(f"quarantine/chart_date={outcome.file.chart_date}/{name}", []).append(outcome)

    def set_aside(target: str) -> None:
        for outcome in by_target[target]:
            quarantine_one(run.raw, outcome, target)

    at_once(set_aside, list(by_target))


def quarantine_name(key: str) -> str:
    """The file's own name; a very long one is cut to make room for ``.reason.json``."""
    name = key.rsplit("/", 1)[-1]
    if len(name.encode()) <= LONGEST_NAME:
        return name
    fingerprint = hashlib.sha256(key.encode()).hexdigest()[:8]
    return f"{name.encode()[:LONGEST_NAME].decode(errors='ignore')}.{fingerprint}"


def quarantine_one(raw: Store, outcome: Outcome, target: str) -> None:
    """Write the reason, then move the file; a crash in between is completed by the next run."""
    reason = {
        "source_key": outcome.file.key,
        "problem": outcome.problem,
        "place": outcome.place,
        "action": outcome.action,
    }
    logger.warning("quarantined %(source_key)s: %(place)s: %(problem)s", reason)
    if _holds_other_content(raw, target, outcome.sha8):
        stem, dot, ending = target.rpartition(".")
        target = f"{stem}.{outcome.sha8}{dot}{ending}" if stem else f"{target}.{outcome.sha8}"
    raw.write(f"{target}.reason.json", json.dumps(reason, ensure_ascii=False, indent=2).encode())
    try:
        raw.move(outcome.file.key, outcome.file.version, target)
    except (FileChangedError, FileNotFoundError) as error:
        logger.warning("%s; it stays for the next run", error)


def _holds_other_content(raw: Store, key: str, sha8: str | None) -> bool:
    try:
        return hashlib.sha256(raw.read(key)).hexdigest()[:8] != sha8
    except FileNotFoundError:
        return False
