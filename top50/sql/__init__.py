"""Questions in SQL, asked by a person at a terminal: one, or a prompt of many."""
