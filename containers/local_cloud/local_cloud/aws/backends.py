"""moto's own objects, read in this process: by requests, thousands of files would take too long."""

from typing import Any, Literal


def backend(service: Literal["athena", "glue", "iam", "s3"]) -> Any:
    """What moto holds of a service; to be asked for each time, since a reset replaces it."""
    # Not above: a saved lake is asked without moto, which takes half a second to load.
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    from local_cloud.aws.endpoint import REGION

    return get_backend(service)[DEFAULT_ACCOUNT_ID]["aws" if service in ("iam", "s3") else REGION]
