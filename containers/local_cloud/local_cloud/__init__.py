"""AWS and Spotify on a laptop: what the shipped code needs to run without an account."""
