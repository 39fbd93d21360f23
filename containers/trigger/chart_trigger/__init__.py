"""From landed files to one run of the pipeline: S3's events, gathered by SQS, start a Step Functions execution."""
