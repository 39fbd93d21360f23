"""Lambda's image functions: moto keeps their settings, their handlers run in processes or containers of their own."""

import json
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Self

from moto.awslambda import models as moto_lambda

from local_cloud.aws.awslambda.container import LambdaContainer
from local_cloud.aws.awslambda.process import FunctionError, LambdaFunction
from local_cloud.aws.iam import LAMBDA
from local_cloud.aws.server import AwsServer
from local_cloud.dockerfile import handler_of


class Lambdas:
    """Runs every function; use it as a context manager.

    ``images`` says for each image URI in which folder it is built: the handler is what the Dockerfile's CMD names.
    ``containers`` says for the name of such a folder where a container of the image listens; a function without one
    runs in a process. ``logs`` is the folder for one log file per function that does.
    """

    def __init__(
        self, aws: AwsServer, images: Mapping[str, Path], logs: Path, containers: Mapping[str, str] | None = None
    ) -> None:
        self._aws = aws
        self._images = images
        self._logs = logs
        self._containers = containers or {}
        self._functions: dict[str, LambdaFunction | LambdaContainer] = {}
        self._lock = Lock()

    def __enter__(self) -> Self:
        # All of moto's ways to a function lead through this method.
        moto_function: Any = moto_lambda.LambdaFunction
        moto_function._invoke_lambda = lambda settings, event: self._invoke(settings, event)
        return self

    def __exit__(self, *_raised: object) -> None:
        for function in self._functions.values():
            function.close()

    def _invoke(self, settings: Any, event: Any) -> tuple[str, bool, str]:
        """What moto asks of a function: its answer as text, whether that is an error, its log's tail."""
        name = settings.function_name
        with self._lock:
            if settings.code_or_config_updated and name in self._functions:
                # What an update of the stack changed is for new processes; moto keeps the mark until it is taken off.
                self._functions.pop(name).close()
            settings.code_or_config_updated = False
            if name not in self._functions:
                self._functions[name] = self._function(name, settings)
            function = self._functions[name]
        try:
            return json.dumps(function.invoke(event)), False, ""
        except FunctionError as error:
            return json.dumps(error.payload), True, ""

    def _function(self, name: str, settings: Any) -> LambdaFunction | LambdaContainer:
        folder = self._images[settings.code["ImageUri"]]
        role = self._aws.as_role(settings.role, LAMBDA)
        if folder.name in self._containers:
            return LambdaContainer(name, self._containers[folder.name], settings.timeout)
        return LambdaFunction(
            name=name,
            handler=handler_of(folder / "Dockerfile"),
            code=folder,
            # The role's credentials and the region, which Lambda itself sets.
            environment={**settings.environment_vars, **role.environment()},
            log=self._logs / f"{name}.log",
            timeout=settings.timeout,
            memory=settings.memory_size,
        )
