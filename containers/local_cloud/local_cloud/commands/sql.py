"""``make sql Q="select ..."``: one question in Athena's SQL to the lake of the local cloud used last."""

import sys

from local_cloud import states
from local_cloud.cloud import LocalCloud
from local_cloud.queries import QueryError, crawl, query, show


def main(sql: str) -> None:
    """Ask and print; exit with Athena's reason when it refuses."""
    if not sql.strip():
        raise SystemExit('ask something: make sql Q="select * from chart_load"')
    state, parameters = states.last_used()
    with LocalCloud(state, parameters, save=False) as cloud:
        try:
            crawl(cloud)
            show(query(cloud, sql))
        except QueryError as error:
            raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
