"""An S3 that fails at one request, a client that does not ask again, and a bucket on which the job meets both."""

import io
import socket
import threading
import uuid
from collections import Counter
from urllib.parse import parse_qs, unquote

import boto3
import pyarrow.parquet as pq
from botocore.config import Config
from glue_jobs.lakes import here
from glue_jobs.raw_files import as_bytes
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from werkzeug.wrappers import Response

import transform
from chart_transform.stores import store
from chart_transform.stores.s3 import S3Store

S3 = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
# How a request can fail. Refused, busy: an error for an answer, nothing is done. Dropped: the connection ends without
# an answer, nothing is done. Cut: it is done, and the connection ends in the middle of the answer. Died: it is done,
# and nothing after it is, as when the process is killed.
STATUS = {"refused": 403, "busy": 503, "died": 403}
WAYS = (*STATUS, "dropped", "cut")


def kind_of(environ):
    """What a request asks for, and of which folder: ``GET lake``, ``COPY processed``, ``LIST staging``."""
    method, query = environ["REQUEST_METHOD"], parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    _root, _bucket, *keys = unquote(environ["PATH_INFO"]).split("/", 2)
    key = keys[0] if keys else ""
    if method == "GET" and not key:
        method, key = "LIST", query.get("prefix", [""])[0]
    elif "HTTP_X_AMZ_COPY_SOURCE" in environ:
        method = "COPY"
    elif "delete" in query:
        method, key = "DELETE", "staging/"
    folder = key.removeprefix("raw/").split("/")[0]
    return f"{method} {'reason' if key.endswith('.reason.json') else folder}"


class FailingS3:
    """Stands in front of S3: the ``number``-th request of a kind (from 1) fails. It counts all that come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.expect()

    def expect(self, kind="none", number=1, way="refused"):
        """Count anew, and let this one fail in one of the WAYS; ``any`` is every kind."""
        with self.lock:
            self.asked, self.kind, self.number, self.way, self.struck = Counter(), kind, number, way, False

    def __call__(self, app):
        """Wrap S3."""

        def answer(environ, start_response):
            kind = kind_of(environ)
            with self.lock:
                dead = self.struck and self.way == "died"
                self.asked.update([kind, "any"])
                strikes = not dead and self.kind in (kind, "any") and self.asked[self.kind] == self.number
                self.struck = self.struck or strikes
            if strikes and self.way == "dropped":
                hang_up(environ)
            if strikes and self.way == "cut":
                return cut(app, environ, start_response)
            if strikes and self.way == "died":
                # Consumed whole, as S3 does its work before it answers.
                b"".join(app(environ, lambda *_started: None))
            if strikes or dead:
                return Response(status=STATUS[self.way])(environ, start_response)
            return app(environ, start_response)

        return answer


def hang_up(environ):
    """End the connection; the server takes the error for a client that has gone."""
    environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError


def cut(app, environ, start_response):
    """Answer, and end the connection after half of it: before its first byte when it has no body."""
    body = b"".join(app(environ, start_response))
    if len(body) > 1:
        yield body[: len(body) // 2]
    hang_up(environ)


class AsksOnce(S3Store):
    """The job's store of a bucket, on a client that takes the first failure for its answer."""

    def __init__(self, uri: str) -> None:
        super().__init__(uri)
        self.s3.close()
        once = Config(retries={"total_max_attempts": 1}, max_pool_connections=store.PARALLEL_REQUESTS)
        self.s3 = boto3.client("s3", config=once)


class Bucket:
    """A new bucket with ``raw/`` and ``lake/`` in it, seen past the failures."""

    def __init__(self, s3) -> None:
        self.s3, self.name = s3, f"bucket-{uuid.uuid4().hex}"
        s3.create_bucket(Bucket=self.name)

    def run(self):
        """Run the job in this process: the error that ended it, or None."""
        paths = ["--raw_path", f"s3://{self.name}/raw", "--lake_path", f"s3://{self.name}/lake"]
        try:
            transform.main([*paths, "--run_id", uuid.uuid4().hex], here)
        except Exception as error:  # noqa: BLE001 - the job wraps it in errors of its own.
            return error
        return None

    # Past boto3 and HTTP, for the sake of time.

    def land(self, name, document):
        """Put a document below ``to_processed/``."""
        S3.put_object(self.name, f"raw/to_processed/{name}", as_bytes(document))

    def copy(self):
        """The same objects in another bucket."""
        other = Bucket(self.s3)
        for key in self.keys():
            S3.put_object(other.name, key, S3.get_object(self.name, key).value)
        return other

    def keys(self):
        """All keys, but for those that each run adds."""
        return sorted(key for key in S3.buckets[self.name].keys if not key.startswith("runs/"))

    def contents(self, *folders):
        """The rows of every table's file and the bytes of all others."""
        return {key: self._content(key) for key in self.keys() if key.startswith(folders or "")}

    def _content(self, key):
        data = S3.get_object(self.name, key).value
        return pq.read_table(io.BytesIO(data)).to_pylist() if key.endswith(".parquet") else data
