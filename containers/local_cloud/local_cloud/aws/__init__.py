"""AWS on a laptop: moto, and what moto leaves out, one module per service."""
