"""The resource types of CloudFormation that the local cloud has; docs/resources.md lists them, and a test compares."""

from local_cloud.aws.cloudformation.resources import catalog, functions, messages, pipeline, storage, watching

KINDS = storage.KINDS | functions.KINDS | messages.KINDS | pipeline.KINDS | catalog.KINDS | watching.KINDS
