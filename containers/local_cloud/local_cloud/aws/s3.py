"""What moto's S3 leaves out: it ignores the conditions on a copy."""

from typing import TYPE_CHECKING
from urllib.parse import unquote

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

PRECONDITION_FAILED = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>PreconditionFailed</Code><Message>At least one of the pre-conditions you specified did not hold</Message>\
<Condition>x-amz-copy-source-If-Match</Condition></Error>"""


def with_copy_conditions(app: "WSGIApplication") -> "WSGIApplication":
    """Answer a CopyObject whose CopySourceIfMatch does not hold as S3 does; everything else is moto's."""

    def conditional(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        expected = environ.get("HTTP_X_AMZ_COPY_SOURCE_IF_MATCH")
        if expected is not None and _etag(environ["HTTP_X_AMZ_COPY_SOURCE"]) not in (expected, f'"{expected}"'):
            return Response(PRECONDITION_FAILED, status=412, mimetype="application/xml")(environ, start_response)
        return app(environ, start_response)

    return conditional


def _etag(copy_source: str) -> str:
    """The ETag of what an ``x-amz-copy-source`` header names; empty when there is no such object."""
    bucket, _slash, key = unquote(copy_source.partition("?")[0]).lstrip("/").partition("/")
    found = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].head_object(bucket, key)
    return found.etag if found is not None else ""
