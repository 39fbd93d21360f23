"""The two places files are in, with the few operations that the job needs: a local folder, an S3 bucket."""
