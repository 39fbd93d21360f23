"""AWS on a laptop: moto, and what moto leaves out, a folder per service."""
