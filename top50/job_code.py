"""The package of the Glue job on its way to AWS: named in the built template, uploaded to the stack's bucket."""

import job_wheels
from top50.errors import StackError
from top50.sam import built_template
from top50.stack import Stack


def name_in_built_template(key: str) -> None:
    """Let the job that is going to be deployed ask for the object of this key."""
    template = built_template()
    template.write_text(job_wheels.with_key(template.read_text(), key))


def upload(stack: str, code: bytes) -> bool:
    """Put the zip into the data bucket; False while there is none, because the stack has never been created.

    Older ones stay there: CloudFormation may go back to a job that asks for them.
    """
    try:
        found = Stack.find(stack)
    except StackError:
        return False
    found.client("s3").put_object(Bucket=found.output("DataBucket"), Key=job_wheels.key_of(code), Body=code)
    return True
