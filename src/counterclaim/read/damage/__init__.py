"""What a page lost, doubled or ran together."""
