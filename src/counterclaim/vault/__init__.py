"""What is kept: objects, one custody log, and views folded from it."""
