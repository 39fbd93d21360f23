"""Proof that a deployed stack works: an invented chart goes through all of it and is removed again."""
