"""The rooms of the Glue job: what ``transform.py`` calls."""
