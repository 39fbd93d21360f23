"""Take one chart out of the bundles that hold it: a bundle goes, and one of its other charts comes in its place."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from chart_transform.bundles import pack, unpack
from chart_transform.errors import RawFileError
from chart_transform.keys import landed_file
from chart_transform.raw_files import parse_file
from chart_transform.stores.store import ListedFile, at_once
from top50.purge.objects import PROCESSED, RAW, Version


def holding(s3: Any, bucket: str, bundles: Iterable[Version], chart: str) -> dict[Version, list[bytes]]:
    """The bundles that hold the chart, each with the lines of its other charts."""

    def others(bundle: Version) -> tuple[Version, list[bytes]] | None:
        stored = s3.get_object(Bucket=bucket, Key=bundle.key, VersionId=bundle.version_id)
        try:
            lines = {json.loads(line)["chart"]: line for line in unpack(stored["Body"].read()) if line.strip()}
        except (RawFileError, ValueError, KeyError, TypeError):
            return None  # No bundle: it was never loaded.
        return (bundle, list(lines.values())) if lines.pop(chart, None) else None

    return dict(found for found in at_once(others, list(bundles)) if found)


def rewritten(found: dict[Version, list[bytes]]) -> dict[str, bytes]:
    """By key, what takes the place of the processed bundles among these; of one without other charts there is none."""
    bundles = {}
    for bundle, lines in found.items():
        if lines and bundle.is_shown and bundle.key.startswith(PROCESSED):
            data = pack(lines)
            listed = ListedFile(bundle.key.removeprefix(RAW), "", len(data), datetime.now(UTC))
            outcome, _charts = parse_file(data, landed_file(listed, ""))
            bundles[f"{PROCESSED}{outcome.source_key}"] = data
    return bundles
