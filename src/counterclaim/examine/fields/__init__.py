"""What a file states of itself, field by field with its place, from tables that are data."""
