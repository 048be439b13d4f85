"""One command a verb: parse, call the desk, print."""
