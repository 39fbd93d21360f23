"""``make check-lake``: the checks again, on the lake of the local cloud used last."""

from rich.console import Console

from local_cloud import states
from local_cloud.cloud import InvocationError, LocalCloud
from local_cloud.commands.report import show_checks
from local_cloud.queries import QueryError, crawl, stack_of


def main() -> None:
    """Crawl and check; exit with what is wrong, if anything is."""
    state, parameters = states.last_used()
    with LocalCloud(state, parameters, save=False) as cloud:
        try:
            crawl(stack_of(cloud))
            result = cloud.invoke("CheckFunction", {})
        except (InvocationError, QueryError) as error:
            raise SystemExit(str(error)) from None
        show_checks(Console(), result["checks"])


if __name__ == "__main__":
    main()
