"""One HTML file that shows a chart's history: it opens anywhere, with no network."""
