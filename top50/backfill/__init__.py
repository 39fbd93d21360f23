"""Older raw files into the bucket: judged first as the Glue job will judge them, so that nothing is sent in vain."""
