"""Check: find rows in the lake that break a rule, by Athena queries, and report them."""
