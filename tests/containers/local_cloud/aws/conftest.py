"""A local AWS, empty for each test: moto's state is the process's, it is forgotten before each."""

import io
import time

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from roles import make_role

from local_cloud.aws.athena import Athena, MotoStore
from local_cloud.aws.glue.crawlers import Crawlers
from local_cloud.aws.server import AwsServer, client_environment


@pytest.fixture(scope="session")
def server():
    """One for all tests: stopping one takes half a second."""
    with AwsServer() as server:
        yield server


@pytest.fixture
def aws(server, monkeypatch):
    for name, value in client_environment(server.url).items():
        monkeypatch.setenv(name, value)
    server.operations.clear()
    server.post("/moto-api/reset")
    return server


class Lake:
    """A bucket, a database and a crawler, with tables of Parquet files as the transform job leaves them."""

    def __init__(self, aws):
        self.s3, self.glue, self.athena = aws.client("s3"), aws.client("glue"), aws.client("athena")
        self.crawlers, self.service = Crawlers(aws), Athena(MotoStore(aws))

    def begin(self, aws):
        """An empty bucket and database, and both services in front of moto."""
        aws.operations.update(self.crawlers.operations() | self.service.operations())
        self.s3.create_bucket(Bucket="lake-bucket")
        self.glue.create_database(DatabaseInput={"Name": "charts"})
        make_role(aws, "crawler")

    def put(self, folder, rows, schema=None):
        """One file; ``rows`` are columns by name."""
        file = io.BytesIO()
        pq.write_table(pa.table(rows, schema=schema), file)
        key = f"lake/{folder}/part-0.parquet"
        self.s3.put_object(Bucket="lake-bucket", Key=key, Body=file.getvalue())
        return len(file.getvalue())

    def crawl(self, *tables, **definition):
        """Crawl the tables to the end; the crawler as GetCrawler then shows it."""
        targets = {"S3Targets": [{"Path": f"s3://lake-bucket/lake/{table}/"} for table in tables]}
        self.glue.create_crawler(Name="lake", Role="crawler", DatabaseName="charts", Targets=targets, **definition)
        try:
            return self.crawl_again()
        finally:
            self.glue.delete_crawler(Name="lake")

    def crawl_again(self, name="lake"):
        self.glue.start_crawler(Name=name)
        return self.settled(lambda: self.glue.get_crawler(Name=name)["Crawler"], lambda it: it["State"] == "READY")

    def start(self, sql, **request):
        request = {
            "QueryExecutionContext": {"Database": "charts"},
            "ResultConfiguration": {"OutputLocation": "s3://lake-bucket/athena/"},
        } | request
        return self.athena.start_query_execution(QueryString=sql, **request)["QueryExecutionId"]

    def run(self, sql, **request):
        """The query when it has ended, as GetQueryExecution shows it."""
        found = self.start(sql, **request)
        ended = ("SUCCEEDED", "FAILED", "CANCELLED")
        return self.settled(
            lambda: self.athena.get_query_execution(QueryExecutionId=found)["QueryExecution"],
            lambda it: it["Status"]["State"] in ended,
        )

    def rows(self, sql, **request):
        """The result's rows, as text, without the header."""
        query = self.run(sql, **request)
        assert query["Status"]["State"] == "SUCCEEDED", query["Status"]["StateChangeReason"]
        result = self.athena.get_query_results(QueryExecutionId=query["QueryExecutionId"])["ResultSet"]["Rows"]
        return [tuple(value.get("VarCharValue") for value in row["Data"]) for row in result][1:]

    def reason(self, sql, **request):
        """Why the query fails."""
        query = self.run(sql, **request)
        assert query["Status"]["State"] == "FAILED"
        return query["Status"]["StateChangeReason"]

    @staticmethod
    def settled(look, done):
        """What ``look`` shows once it is done."""
        ends = time.monotonic() + 30
        while not done(shown := look()):
            assert time.monotonic() < ends, shown
            time.sleep(0.005)
        return shown


@pytest.fixture(scope="session")
def lake_services(server):
    lake = Lake(server)
    yield lake
    lake.service.close()


@pytest.fixture
def lake(aws, lake_services):
    lake_services.begin(aws)
    return lake_services
