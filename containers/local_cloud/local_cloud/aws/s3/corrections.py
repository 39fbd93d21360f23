"""What moto's S3 does not do as S3: conditions on a copy, conditions in a bucket's policy, lists while objects go."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket
from moto.s3.utils import _VersionedKeyStore
from werkzeug.wrappers import Response

from local_cloud.aws.backends import backend

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
    found = backend("s3").head_object(bucket, key)
    return found.etag if found is not None else ""


def leave_policies_to_roles() -> None:
    """Let iam/ alone judge a bucket's policy: moto reads a Deny without its condition, and would refuse everybody."""
    bucket: Any = FakeBucket
    bucket.get_permission = lambda _bucket, _action, _resource: PermissionResult.NEUTRAL


def list_what_was_there() -> None:
    """Let a listing show the objects of one moment: moto's own is an HTTP 500 when one of them is deleted meanwhile."""
    moto_keys: Any = _VersionedKeyStore
    moto_keys.items = _items


def _items(keys: dict[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    # dict's own items, past those that moto puts over them: each key with all its versions.
    return ((key, versions[-1]) for key, versions in list(dict.items(keys)))
