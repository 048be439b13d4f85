"""Parsers that a person may add to the grammars; refuses to be needed."""
