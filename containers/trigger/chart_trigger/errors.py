"""What can go wrong while starting the pipeline, and who acts.

TriggerError
├── ConfigError          a setting is missing: fix the deployment
├── MessageError         a message is not an S3 event: it goes to the dead-letter queue, look there
└── PipelineFailedError  every execution for a batch failed: fix the cause, start the pipeline
"""


class TriggerError(Exception):
    """Everything this package raises on its own account."""


class ConfigError(TriggerError):
    """A required setting is missing."""


class MessageError(TriggerError):
    """An SQS message that this function was not made for."""

    def __init__(self, message_id: str, problem: str) -> None:
        super().__init__(f"SQS message {message_id}: {problem}")


class PipelineFailedError(TriggerError):
    """Every execution that a batch may have has failed."""

    def __init__(self, name: str, attempts: int) -> None:
        super().__init__(f"all {attempts} executions {name}* failed: fix their cause, then start the pipeline by hand")
