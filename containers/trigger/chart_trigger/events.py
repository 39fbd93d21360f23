"""Reads SQS messages from S3: which objects were created."""

import json
from typing import Any
from urllib.parse import unquote_plus

from chart_trigger.errors import MessageError

LANDED = "raw/to_processed/"


def landed_keys(record: dict[str, Any]) -> list[str]:
    """The keys of landed files that one SQS record names; none for a test event or for keys of other folders.

    Raises MessageError when the body is not an S3 event notification (event message structure 2.x).
    """
    message_id = record["messageId"]
    try:
        body = json.loads(record["body"])
    except json.JSONDecodeError:
        raise MessageError(message_id, "its body is not JSON") from None
    # S3 sends one when a notification is set up.
    if isinstance(body, dict) and body.get("Event") == "s3:TestEvent":
        return []
    try:
        # Keys are encoded as in a URL's query: %2F for a slash, + for a space.
        keys = [unquote_plus(event["s3"]["object"]["key"]) for event in body["Records"]]
    except (KeyError, TypeError, AttributeError):
        raise MessageError(message_id, "its body is not an S3 event notification") from None
    return [key for key in keys if key.startswith(LANDED) and not key.endswith("/")]
