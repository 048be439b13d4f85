"""The verbs; the only room where rooms meet."""
