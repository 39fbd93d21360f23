"""An S3 that refuses one request, and a bucket on which the job meets it."""

import io
import threading
import uuid
from collections import Counter
from urllib.parse import parse_qs, unquote

import pyarrow.parquet as pq
from glue_jobs.raw_files import as_bytes
from werkzeug.wrappers import Response

import transform

# Neither boto3 nor S3A asks again after it: one refusal is enough to end what asked.
REFUSED = 403


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


class RefusingS3:
    """Stands in front of S3: the ``number``-th request of a kind (from 1) is refused. It counts all that come.

    Refused: it is not done, all others are. Died: it is done, and nothing after it is, as when the process is killed.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.expect()

    def expect(self, kind="none", number=1, died=False):
        """Count anew, and refuse this one; ``any`` is every kind."""
        with self.lock:
            self.asked, self.kind, self.number, self.died, self.struck = Counter(), kind, number, died, False

    def __call__(self, app):
        """Wrap S3."""

        def answer(environ, start_response):
            kind = kind_of(environ)
            with self.lock:
                dead = self.struck and self.died
                self.asked.update([kind, "any"])
                strikes = not dead and self.kind in (kind, "any") and self.asked[self.kind] == self.number
                self.struck = self.struck or strikes
            if strikes and self.died:
                # Consumed whole, as S3 does its work before it answers.
                b"".join(app(environ, lambda *_started: None))
            if strikes or dead:
                # What was sent stays unread: the connection cannot be used again.
                refusal = Response(status=REFUSED, headers={"Connection": "close"})
                return refusal(environ, start_response)
            return app(environ, start_response)

        return answer


class Bucket:
    """A new bucket with ``raw/`` and ``lake/`` in it, seen past the refusals."""

    def __init__(self, s3) -> None:
        self.s3, self.name = s3, f"bucket-{uuid.uuid4().hex}"
        s3.create_bucket(Bucket=self.name)

    def run(self):
        """Run the job in this process: the error that ended it, or None."""
        paths = ["--raw_path", f"s3://{self.name}/raw", "--lake_path", f"s3://{self.name}/lake"]
        try:
            transform.main([*paths, "--run_id", uuid.uuid4().hex])
        except Exception as error:  # noqa: BLE001 - Spark and the job wrap it in errors of their own.
            return error
        return None

    def land(self, name, document):
        """Put a document below ``to_processed/``."""
        self.s3.put_object(Bucket=self.name, Key=f"raw/to_processed/{name}", Body=as_bytes(document))

    def copy(self):
        """The same objects in another bucket."""
        other = Bucket(self.s3)
        for key in self.keys():
            self.s3.copy_object(Bucket=other.name, Key=key, CopySource={"Bucket": self.name, "Key": key})
        return other

    def keys(self):
        """All keys, but for those that each run adds."""
        found = self.s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        return [item["Key"] for item in found if not item["Key"].startswith("runs/")]

    def contents(self, *folders):
        """The rows of every table's file and the bytes of all others."""
        return {key: self._content(key) for key in self.keys() if key.startswith(folders or "")}

    def _content(self, key):
        data = self.s3.get_object(Bucket=self.name, Key=key)["Body"].read()
        return pq.read_table(io.BytesIO(data)).to_pylist() if key.endswith(".parquet") else data
