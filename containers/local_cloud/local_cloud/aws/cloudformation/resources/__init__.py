"""The resource types of CloudFormation that the local cloud has; docs/resources.md lists them, and a test compares."""

from local_cloud.aws.cloudformation.resources import catalog, compute, storage, watching

KINDS = storage.KINDS | compute.KINDS | catalog.KINDS | watching.KINDS
