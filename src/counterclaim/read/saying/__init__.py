"""What acts of speech have alike in every language that is read."""
