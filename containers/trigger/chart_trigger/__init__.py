"""From landed files to one run of the pipeline: a batch of S3 events from SQS starts a Step Functions execution."""
