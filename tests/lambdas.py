"""Handlers as Lambda runs them: loaded anew in each container, invoked with a context."""

import importlib
import logging
import sys
from contextlib import contextmanager
from types import SimpleNamespace


def context_of(function, **more):
    """What a handler learns of the invocation; it has a minute left unless ``more`` says other."""
    own = {
        "function_name": function,
        "memory_limit_in_mb": 512,
        "invoked_function_arn": f"arn:aws:lambda:eu-central-1:123456789012:function:{function}",
        "aws_request_id": "00000000-0000-0000-0000-000000000000",
        "get_remaining_time_in_millis": lambda: 60_000,
    }
    return SimpleNamespace(**own | more)


@contextmanager
def containers_of(name):
    """What starts a new container of the image ``name`` and gives its function; none is there before or after."""

    def forget():
        sys.modules.pop(f"chart_{name}.handler", None)
        logging.Logger.manager.loggerDict.pop(f"chart-{name}", None)

    def start():
        forget()
        handler = importlib.import_module(f"chart_{name}.handler").lambda_handler
        return lambda event, context=None: handler(event, context or context_of(name))

    forget()
    yield start
    forget()
