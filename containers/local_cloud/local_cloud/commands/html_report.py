"""``make report``: one HTML file on a chart of the lake used last, or with STACK= of that stack on AWS."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chart_stack.errors import StackError
from chart_stack.settings import saved_parameters
from chart_stack.stack import Stack as DeployedStack
from local_cloud import states
from local_cloud.html_report.history import NoChartError
from local_cloud.html_report.write import write_report
from local_cloud.lake import asked_lake
from local_cloud.queries import QueryError, Stack

NAME = "report.html"


def main(argv: Sequence[str]) -> None:
    """Write the file and print its name; exit with what is missing."""
    parser = argparse.ArgumentParser(prog="make report", allow_abbrev=False)
    parser.add_argument("--chart", help="global, unless the lake has none of that name")
    parser.add_argument("--stack", help="on AWS, in the account and region of your credentials")
    parser.add_argument("--out", type=Path, help=f"the file; {NAME} in the lake's folder or, for AWS, in this one")
    args = parser.parse_args(argv)
    try:
        file = of_aws(args.stack, args.chart, args.out) if args.stack else of_last_used(args.chart, args.out)
    except (QueryError, NoChartError, StackError) as error:
        raise SystemExit(str(error)) from None
    except (ClientError, BotoCoreError) as error:
        raise SystemExit(f"AWS refused or cannot be reached: {error} (set AWS_PROFILE and AWS_REGION)") from None
    except OSError as error:
        if args.out is None or error.filename != str(args.out):
            raise
        raise SystemExit(f"{args.out} cannot be written ({error.strerror}): name another file by OUT=") from None
    print(file)  # noqa: T201 - it is what was asked for.


def of_last_used(chart: str | None, out: Path | None) -> Path:
    """The report on the local lake."""
    state, parameters = states.last_used()
    with asked_lake(state, parameters) as stack:
        return write_report(stack, chart, out or state / NAME)


def of_aws(name: str, chart: str | None, out: Path | None) -> Path:
    """The report on the lake of a stack on AWS."""
    # What was answered to `make deploy` counts here too.
    stack = DeployedStack.find(name, boto3.Session(region_name=saved_parameters(name).get("region")))
    return write_report(Stack(stack.outputs, stack.client), chart, out or Path(NAME))


if __name__ == "__main__":
    main(sys.argv[1:])
