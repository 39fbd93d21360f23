"""What a person runs on their own machine beside the function; not part of its image."""
