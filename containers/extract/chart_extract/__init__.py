"""Extract: store a Spotify chart on S3 exactly as Spotify sent it."""
