"""An access key for each role; what is called with it is held against the role's policies and the bucket's.

A key that belongs to no role is that of the account's owner, who may do everything.
"""

import hashlib
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from io import BytesIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.core.exceptions import ServiceException
from werkzeug.wrappers import Request, Response

from local_cloud.aws.backends import backend
from local_cloud.aws.endpoint import ACCOUNT
from local_cloud.aws.iam.needs import bucket_and_key, needs_of
from local_cloud.aws.iam.policies import Need, Statement, allowed, statements_of
from local_cloud.aws.operations import AwsError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

logger = logging.getLogger(__name__)

# The role whose request is being answered; None for the owner's.
CALLER: ContextVar[str | None] = ContextVar("caller", default=None)
# In a header, or in the query of a presigned address; the older of these signatures are for S3 alone.
CREDENTIAL = re.compile(
    r"Credential=(?P<key>[^/]+)/.+?/.+?/(?P<service>.+?)/|(?:AWSAccessKeyId=|^AWS )(?P<old_key>[^&:]+)"
)
XML_OF_S3 = "<Error><Code>AccessDenied</Code><Message>{}</Message></Error>"
XML_OF_SNS = f"<ErrorResponse>{XML_OF_S3.replace('AccessDenied', 'AuthorizationError')}</ErrorResponse>"


class Roles:
    """The roles that act in a local AWS; ``used`` are the rights that they have used so far, by role."""

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self.used: set[tuple[str, Need]] = set()
        # For what a query's id does not tell; Athena sets it.
        self.workgroup_of: Callable[[str], str] = str

    def assume(self, role: str, service: str) -> str:
        """The access key of a role (its ARN or name), for a service of AWS that its trust policy lets assume it."""
        name = role.rpartition("/")[2]
        try:
            trust = statements_of(_role(name).assume_role_policy_document)
        except ServiceException:
            raise AwsError("InvalidParameterValueException", f"There is no role {name}") from None
        if not allowed(trust, Need("sts:AssumeRole", name), service):
            raise AwsError("InvalidParameterValueException", f"The role {name} cannot be assumed by {service}")
        self.used.add((name, Need("sts:AssumeRole", service)))
        key = "ASIA" + hashlib.sha256(name.encode()).hexdigest()[:16].upper()
        self._roles[key] = name
        return key

    def require(self, role: str | None, needs: Iterable[Need]) -> None:
        """Raise AccessDenied unless the role (its ARN or name) may do all of it; the owner, None, may."""
        if role and (refused := self._refused(role.rpartition("/")[2], needs)):
            raise AwsError("AccessDeniedException", refused)

    def guarded(self, app: "WSGIApplication") -> "WSGIApplication":
        """The app, for requests that their caller's role allows."""

        def judged(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION") or unquote(environ.get("QUERY_STRING", "")))
            role = self._roles.get(found["key"] or found["old_key"]) if found else None
            caller = CALLER.set(role)
            try:
                answer = self._answer(app, environ, role, found["service"] or "s3") if found and role else app
                return answer(environ, start_response)
            finally:
                CALLER.reset(caller)

        return judged

    def _answer(self, app: "WSGIApplication", environ: "WSGIEnvironment", role: str, service: str) -> "WSGIApplication":
        request = Request(environ)
        if service != "s3" or "delete" in request.args:
            # Read here, and there for the app to read again.
            environ["wsgi.input"] = BytesIO(request.get_data())
        try:
            refused = self._refused(role, needs_of(service, request, self.workgroup_of))
        except NotImplementedError as error:
            logger.exception("%s of role %s", request.url, role)
            return Response(json.dumps({"__type": "InternalFailure", "message": str(error)}), 500)
        if refused:
            return _denial(service, request.method, refused)
        if service != "s3" or not bucket_and_key(request)[1]:
            return app
        answered = Response.from_app(app, environ)
        if answered.status_code == 404:
            # S3 tells of a missing object only those who may list the bucket.
            bucket = bucket_and_key(request)[0]
            if refused := self._refused(role, [Need("s3:ListBucket", f"arn:aws:s3:::{bucket}")]):
                return _denial(service, request.method, refused)
        return answered

    def _refused(self, role: str, needs: Iterable[Need]) -> str:
        """Why the role may not do all of it; empty if it may."""
        for asked in needs:
            # Requests on this machine count as TLS, and everything belongs to the one account.
            need = Need(
                asked.action,
                asked.resource,
                {"aws:SecureTransport": "true", "aws:ResourceAccount": ACCOUNT, **asked.context},
            )
            if not allowed(policies_of(role, need.resource), need, role):
                user = f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/local"
                return f"User: {user} is not authorized to perform: {need.action} on resource: {need.resource}"
            self.used.add((role, need))
        return ""


def policies_of(role: str, resource: str) -> list[Statement]:
    """The statements of a role's policies, and those of the bucket that a resource is in."""
    found = _role(role)
    if found.managed_policies or found.permissions_boundary:
        raise NotImplementedError(f"the local cloud judges inline policies only; role {role} has others")
    statements = [each for policy in found.policies.values() for each in statements_of(policy)]
    if resource.startswith("arn:aws:s3:::"):
        bucket = backend("s3").buckets.get(resource.split(":::")[1].partition("/")[0])
        statements += statements_of(bucket.policy.decode()) if bucket and bucket.policy else []
    return statements


def _role(name: str) -> Any:
    return backend("iam").get_role(name)


def _denial(service: str, method: str, message: str) -> Response:
    """A refusal in the service's own words."""
    request = {"x-amzn-RequestId": str(uuid.uuid4()), "x-amz-request-id": "0"}
    if service == "s3":
        body = "" if method == "HEAD" else XML_OF_S3.format(message)
        return Response(body, 403, request, mimetype="application/xml")
    if service == "sns":
        return Response(XML_OF_SNS.format(message), 403, request, mimetype="text/xml")
    body = json.dumps({"__type": "AccessDeniedException", "message": message, "Message": message})
    headers = request | {"x-amzn-ErrorType": "AccessDeniedException"}
    return Response(body, 403 if service == "lambda" else 400, headers, mimetype="application/json")
