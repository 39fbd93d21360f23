"""The proof that a deployed stack works: an invented chart is sent through all of it, and removed again."""
