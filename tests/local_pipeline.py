"""A local cloud as the commands see it: its stack, its functions, its executions."""

from top50.athena import ask
from top50.pipeline import LOCAL, wait_until_quiet
from top50.pipeline import executions as executions_of
from top50.stack import DEFAULT_NAME, Stack


def stack_of(cloud):
    """The stack that is deployed in it."""
    return Stack(DEFAULT_NAME, "local cloud", cloud.outputs, cloud.aws.client)


def invoke(cloud, output, event):
    """The answer of the function that an output names."""
    return stack_of(cloud).invoke(output, event)


def executions(cloud):
    """All executions, the oldest first."""
    return executions_of(stack_of(cloud))


def process(cloud):
    """Deliver what waits, and return all executions when they have ended."""
    with cloud.poll_queues():
        return wait_until_done(cloud)


def wait_until_done(cloud, tell=lambda _stage: None):
    """All executions, once no event waits and none runs."""
    return wait_until_quiet(stack_of(cloud), tell, LOCAL, timeout=900)


def query(cloud, sql):
    """Athena's answer."""
    return ask(stack_of(cloud), sql)


def crawl(cloud):
    """Run the stack's crawler to its end, if it has one."""
    if cloud.outputs["CatalogMode"] == "projection":
        return
    glue, name = cloud.aws.client("glue"), cloud.outputs["LakeCrawler"]
    glue.start_crawler(Name=name)
    while (crawler := glue.get_crawler(Name=name)["Crawler"])["State"] != "READY":
        pass
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
