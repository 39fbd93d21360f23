"""One module per command: its options, what it asks, what it prints. What it does is in modules that print nothing."""
